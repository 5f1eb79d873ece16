package dev.carillon.check.property;

import static dev.carillon.check.property.Story.BOB;
import static dev.carillon.check.property.Story.body;
import static dev.carillon.check.property.Story.fact;
import static dev.carillon.check.property.Story.notice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.check.history.Fact;
import java.util.List;
import org.junit.jupiter.api.Test;

class NoInventionTest {
  @Test
  void acceptsWhatWasSent() {
    Story story = new Story().sent("m1", 1, 0).handed(BOB, fact("m1", 1, 0));

    assertThat(story.judgedBy(NoInvention::check)).isEmpty();
  }

  @Test
  void findsWhatNobodySent() {
    Story story = new Story().delivered(BOB, 1, fact("m1", 1, 0));

    assertThat(story.judgedBy(NoInvention::check))
        .singleElement()
        .asString()
        .contains("nobody sent it");
  }

  @Test
  void findsAnAlteredBody() {
    Fact altered = new Fact(Story.CHAT, 1, 0, "ann", "m1", 77, null);
    Story story = new Story().sent("m1", 1, 0).handed(BOB, altered);

    assertThat(story.judgedBy(NoInvention::check))
        .singleElement()
        .asString()
        .contains("another body");
  }

  @Test
  void findsAnotherSender() {
    Fact claimed = new Fact(Story.CHAT, 1, 0, "eve", "m1", body("m1"), null);
    Story story = new Story().sent("m1", 1, 0).handed(BOB, claimed);

    assertThat(story.judgedBy(NoInvention::check)).hasSize(1);
  }

  @Test
  void acceptsTheNoticeOfTheFounding() {
    Fact notice = notice(1, 0, List.of("ann", "bob"), List.of());

    assertThat(new Story().handed(BOB, notice).judgedBy(NoInvention::check)).isEmpty();
  }

  @Test
  void acceptsTheNoticeOfAChangeWhoseOutcomeNobodyKnows() {
    Story story = new Story();
    story.unknown(story.adds("cid")).handed(BOB, notice(2, 1, List.of("cid"), List.of()));

    assertThat(story.judgedBy(NoInvention::check)).isEmpty();
  }

  @Test
  void findsAChangeThatNobodyAskedFor() {
    Story story = new Story();
    story.changed(story.adds("cid"), 2).handed(BOB, notice(3, 2, List.of(), List.of("cid")));

    assertThat(story.judgedBy(NoInvention::check))
        .singleElement()
        .asString()
        .contains("nobody asked");
  }
}
