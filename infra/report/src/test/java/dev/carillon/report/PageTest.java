package dev.carillon.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class PageTest {
  private static final Pattern SCRIPT =
      Pattern.compile("<script(?: type=\"([a-z/]+)\" id=\"data\")?>(.*?)</script>", Pattern.DOTALL);

  private static String page(JsonObject data) {
    return Page.html("a <title> & more", RateChart.class, "rates.js", data);
  }

  @Test
  void holdsEverythingAndLoadsNothing() {
    String page = page(new JsonObject());

    assertThat(page)
        .startsWith("<!doctype html>")
        .contains("<title>a &lt;title> &amp; more</title>")
        .contains("default-src 'none'", "var uPlot=", ".u-legend", "function chart(", "rates(one)")
        .doesNotContain("{{")
        .doesNotContainPattern("(src|href)=|@import|url\\(|\\bfetch\\(|XMLHttpRequest|import\\(")
        .doesNotContainPattern("[\"'(]https?://");
    assertThat(SCRIPT.matcher(page).results()).hasSize(3);
  }

  @Test
  void hostileTextsStayData() {
    JsonObject data = new JsonObject();
    for (String hostile :
        List.of(
            "</script><script>alert(1)</script>",
            "<!--<script>",
            "\"';alert(1)//",
            "\u2028\u2029",
            "{{style}} $1 \\")) {
      data.addProperty(hostile, hostile);
    }
    String page = page(data);
    Matcher scripts = SCRIPT.matcher(page);

    assertThat(SCRIPT.matcher(page).results()).hasSize(3);
    assertThat(scripts.find()).isTrue();
    assertThat(scripts.group(1)).isEqualTo("application/json");
    assertThat(scripts.group(2)).doesNotContain("<", "\u2028", "\u2029");
    assertThat(JsonParser.parseString(scripts.group(2))).isEqualTo(data);
    assertThat(page).doesNotContain("alert(1)</script>", "<!--");
  }

  @Test
  void ratesMarkVoidRuns() {
    RateChart chart = new RateChart("p99, ms");
    chart.add("carillon", 1000, 2.5, false);
    chart.add("ejabberd", 2000, 80, true);

    assertThat(RateChart.page("chat", List.of(chart)))
        .contains("<title>Carillon: chat</title>")
        .contains(
            "{\"system\":\"carillon\",\"rate\":1000.0,\"figure\":2.5,\"isVoid\":false}",
            "{\"system\":\"ejabberd\",\"rate\":2000.0,\"figure\":80.0,\"isVoid\":true}");
  }
}
