package dev.carillon.check.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.carillon.check.history.Event;
import dev.carillon.check.property.Violation;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static final Violation VIOLATION =
      new Violation(
          "ann <phone> saw what nobody sent", List.of(new Event.Complete(1, Samples.ANN, 3)));

  private static final Pattern DATA =
      Pattern.compile(
          "<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL);

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
  void jsonHoldsEveryViolationWithWhatShowsIt() {
    JsonObject property =
        VerdictJson.of(Samples.verdict(Collections.nCopies(23, VIOLATION)))
            .getAsJsonArray("properties")
            .get(0)
            .getAsJsonObject();
    JsonObject violation = property.getAsJsonArray("violations").get(22).getAsJsonObject();

    assertThat(property.get("promise").getAsString()).isEqualTo("It is kept.");
    assertThat(violation.get("what").getAsString()).isEqualTo("ann <phone> saw what nobody sent");
    assertThat(violation.get("at_s").getAsDouble()).isEqualTo(1e-9);
    assertThat(violation.getAsJsonArray("events").get(0).getAsString())
        .contains("ann/phone is complete up to version 3");
  }

  @Test
  void jsonHoldsTheTimeline() {
    JsonObject json = VerdictJson.of(kept);

    assertThat(json.getAsJsonArray("seconds")).hasSize(13);
    assertThat(json.get("load_end_s").getAsInt()).isEqualTo(11);
  }

  @Test
  void pageHoldsTheJsonAndStandsAlone() {
    String page = VerdictJson.page(broken);
    Matcher data = DATA.matcher(page);

    assertThat(data.find()).isTrue();
    assertThat(JsonParser.parseString(data.group(1))).isEqualTo(VerdictJson.of(broken));
    assertThat(data.group(1)).doesNotContain("<");
    assertThat(page)
        .contains("<title>Carillon: delivery check, BROKEN</title>")
        .doesNotContainPattern("(src|href)=|@import|url\\(|\\bfetch\\(");
    assertThat(VerdictJson.page(kept)).contains("<title>Carillon: delivery check, kept</title>");
  }
}
