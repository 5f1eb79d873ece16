package dev.carillon.check.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.carillon.check.history.Event;
import dev.carillon.check.property.Violation;
import java.io.StringReader;
import java.util.Collections;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class VerdictTest {
  private static final Violation VIOLATION =
      new Violation(
          "ann <phone> saw what nobody sent", List.of(new Event.Complete(1, Samples.ANN, 3)));

  private final Verdict kept = Samples.verdict(List.of());
  private final Verdict broken = Samples.verdict(List.of(VIOLATION));

  @Test
  void isKeptWhenNoPromiseIsBroken() {
    assertThat(kept.kept()).isTrue();
    assertThat(broken.kept()).isFalse();
  }

  @Test
  void isToldInWords() {
    assertThat(VerdictText.of(kept))
        .contains("101 sent in 101 attempts: 100 acknowledged, 0 refused, 1 unknown")
        .containsPattern("by WebSocket +0 devices, 0 sign-ins, 0 acknowledgements")
        .containsPattern("by gRPC +1 devices, 1 sign-ins, 100 acknowledgements")
        .contains("1: 1 pause")
        .contains("OK       a <promise>")
        .endsWith("The contract was kept: all 1 promises.");
    assertThat(VerdictText.of(broken))
        .contains("BROKEN   a <promise>")
        .contains("- ann <phone> saw what nobody sent")
        .contains("ann/phone is complete up to version 3")
        .endsWith("THE CONTRACT WAS BROKEN: 1 of 1 promises.");
  }

  @Test
  void isToldInJson() {
    JsonObject json = VerdictJson.of(broken);

    assertThat(json.get("kept").getAsBoolean()).isFalse();
    assertThat(json.getAsJsonObject("counts").get("acknowledged").getAsInt()).isEqualTo(100);
    assertThat(json.getAsJsonArray("faults").get(0).getAsJsonObject().get("kind").getAsString())
        .isEqualTo("pause");
  }

  @Test
  void pageStandsAlone() {
    String page = HtmlReport.page(broken);

    assertThat(page)
        .contains("ann &lt;phone&gt; saw what nobody sent", "a &lt;promise&gt;", "class=\"fault\"")
        .contains("0 devices spoke WebSocket and signed in 0 times, 1 spoke gRPC")
        .doesNotContain("http://", "https://", "<script", "src=", "NaN", "Infinity");
  }

  @Test
  void pageLeadsToEveryFaultAndViolation() {
    String page = HtmlReport.page(broken);

    assertThat(page)
        .contains("href=\"#fault-1\"", "id=\"fault-1\"", ">pause</text>")
        .contains("href=\"#promise-1\"", "id=\"promise-1\"")
        .contains("href=\"#violation-1\"", "id=\"violation-1\"", ">broken</text>");
    assertThat(HtmlReport.page(kept)).doesNotContain("#promise-1", ">broken</text>");
  }

  @Test
  void manyViolationsAreFolded() {
    assertThat(HtmlReport.page(Samples.verdict(Collections.nCopies(20, VIOLATION))))
        .doesNotContain("<details>");
    assertThat(HtmlReport.page(Samples.verdict(Collections.nCopies(23, VIOLATION))))
        .contains("broken: 23", "<summary>3 more</summary>", "id=\"violation-23\"");
  }

  @Test
  void axesHaveRoundNumbersWithUnits() {
    assertThat(HtmlReport.page(kept))
        .contains(">0/s</text>", ">10/s</text>", ">1,000 ms</text>", ">0 s</text>", ">12 s</text>");
  }

  @Test
  void pageIsWellFormed() throws Exception {
    String page = HtmlReport.page(broken).replace("<!doctype html>", "");

    assertThat(
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(page)))
                .getElementsByTagName("svg")
                .getLength())
        .isEqualTo(5);
  }
}
