package dev.carillon.local.supervisor;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;

/// The readiness of an instance, as its admin port reports it.
///
/// @param ready whether it accepts work
/// @param reasons why it is not ready, by name of the check
/// @param degraded what does not work although it is ready, by name of the check
public record Readiness(boolean ready, Map<String, String> reasons, Map<String, String> degraded) {
  private static final Gson JSON = new Gson();
  private static final int TIMEOUT_MILLIS = 2_000;

  /// Copies the maps.
  public Readiness {
    reasons = Map.copyOf(reasons);
    degraded = Map.copyOf(degraded);
  }

  /// Queries the admin port at `host:port`; without an answer the instance is not ready.
  public static Readiness ask(String admin) {
    try {
      HttpURLConnection connection =
          (HttpURLConnection)
              URI.create("http://" + admin + "/ready").toURL().openConnection(Proxy.NO_PROXY);
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      boolean fine = connection.getResponseCode() < HttpURLConnection.HTTP_BAD_REQUEST;
      try (InputStream body = fine ? connection.getInputStream() : connection.getErrorStream()) {
        return JSON.fromJson(new InputStreamReader(body, UTF_8), Readiness.class);
      } finally {
        connection.disconnect();
      }
    } catch (IOException | JsonParseException | NullPointerException e) {
      return new Readiness(false, Map.of("admin", "no answer from " + admin), Map.of());
    }
  }
}
