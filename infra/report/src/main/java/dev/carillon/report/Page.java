package dev.carillon.report;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Data as one page of HTML that needs nothing else: the data as JSON, a script that shows them,
/// and the library that draws.
public final class Page {
  private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/uPlot.";
  private static final Pattern PLACE = Pattern.compile("\\{\\{(\\w+)}}");

  /// Writes `<` as an escape: nothing in a text ends the script that holds it.
  private static final Gson JSON = new Gson();

  private Page() {}

  /// The page.
  ///
  /// @param title plain text
  /// @param near the class beside whose file the script is
  /// @param script the name of the script; it finds the data as `data`
  public static String html(String title, Class<?> near, String script, JsonElement data) {
    Map<String, String> places =
        Map.of(
            "title", title.replace("&", "&amp;").replace("<", "&lt;"),
            "style", text(Page.class, UPLOT + "min.css") + text(Page.class, "page.css"),
            "data", JSON.toJson(data),
            "library", text(Page.class, UPLOT + "iife.min.js") + text(Page.class, "page.js"),
            "script", text(near, script));
    return PLACE
        .matcher(text(Page.class, "page.html"))
        .replaceAll(
            place -> Matcher.quoteReplacement(Objects.requireNonNull(places.get(place.group(1)))));
  }

  private static String text(Class<?> near, String name) {
    try (InputStream in = Objects.requireNonNull(near.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }
}
