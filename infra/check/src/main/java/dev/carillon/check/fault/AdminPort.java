package dev.carillon.check.fault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;

/// The admin port of an instance, as far as it lets things go wrong on purpose.
///
/// @param address `host:port`
record AdminPort(String address) {
  private static final int TIMEOUT_MILLIS = 3_000;

  /// Makes the instance's wall clock jump, to so many milliseconds ahead of the machine's.
  void shiftClock(long millis) throws IOException {
    call("POST", "/clock", Long.toString(millis));
  }

  /// Switches a fail-point on.
  void arm(String arming) throws IOException {
    call("POST", "/fail-points", arming);
  }

  /// Switches all fail-points off.
  void disarm() throws IOException {
    call("DELETE", "/fail-points", "");
  }

  private void call(String method, String path, String body) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create("http://" + address + path).toURL().openConnection(Proxy.NO_PROXY);
    try {
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      connection.setRequestMethod(method);
      if (!body.isEmpty()) {
        connection.setDoOutput(true);
        connection.getOutputStream().write(body.getBytes(UTF_8));
      }
      int status = connection.getResponseCode();
      if (status != HttpURLConnection.HTTP_OK) {
        throw new IOException(method + " " + path + " of " + address + ": " + status);
      }
    } finally {
      connection.disconnect();
    }
  }
}
