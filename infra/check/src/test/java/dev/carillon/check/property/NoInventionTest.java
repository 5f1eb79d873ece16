package dev.carillon.check.property;

import static dev.carillon.check.property.Story.BOB;
import static dev.carillon.check.property.Story.body;
import static dev.carillon.check.property.Story.fact;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.check.history.Fact;
import org.junit.jupiter.api.Test;

class NoInventionTest {
  private final Property property = new NoInvention();

  @Test
  void acceptsWhatWasSent() {
    Story story = new Story().sent("m1", 1, 0).handed(BOB, fact("m1", 1, 0));

    assertThat(story.judgedBy(property)).isEmpty();
  }

  @Test
  void findsWhatNobodySent() {
    Story story = new Story().delivered(BOB, 1, fact("m1", 1, 0));

    assertThat(story.judgedBy(property)).singleElement().asString().contains("nobody sent it");
  }

  @Test
  void findsAnAlteredBody() {
    Fact altered = new Fact(Story.CHAT, 1, 0, "ann", "m1", 77, false);
    Story story = new Story().sent("m1", 1, 0).handed(BOB, altered);

    assertThat(story.judgedBy(property)).singleElement().asString().contains("another body");
  }

  @Test
  void findsAnotherSender() {
    Fact claimed = new Fact(Story.CHAT, 1, 0, "eve", "m1", body("m1"), false);
    Story story = new Story().sent("m1", 1, 0).handed(BOB, claimed);

    assertThat(story.judgedBy(property)).hasSize(1);
  }

  @Test
  void acceptsNoticesOfTheServer() {
    Fact notice = new Fact(Story.CHAT, 1, 0, "ann", "", 0, true);

    assertThat(new Story().handed(BOB, notice).judgedBy(property)).isEmpty();
  }
}
