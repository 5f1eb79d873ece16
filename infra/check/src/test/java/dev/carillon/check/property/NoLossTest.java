package dev.carillon.check.property;

import static dev.carillon.check.property.Story.ANN;
import static dev.carillon.check.property.Story.BOB;
import static dev.carillon.check.property.Story.fact;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NoLossTest {
  private final Property property = new NoLoss();

  @Test
  void acceptsWhatIsWhereTheAcknowledgementSaid() {
    Story story = new Story().sent("m1", 1, 0).ends(fact("m1", 1, 0));

    assertThat(story.judgedBy(property)).isEmpty();
  }

  @Test
  void findsAnAcknowledgedMessageThatIsNotThere() {
    Story story = new Story().sent("m1", 1, 0).sent("m2", 2, 1).ends(fact("m1", 1, 0));

    assertThat(story.judgedBy(property)).hasSize(2).allMatch(what -> what.contains("m2"));
  }

  @Test
  void findsAMessageInThePlaceOfAnother() {
    Story story = new Story().sent("m1", 1, 0).ends(fact("m2", 1, 0));

    assertThat(story.judgedBy(property)).hasSize(2).allMatch(what -> what.contains("m2"));
  }

  @Test
  void findsWhatOneMemberAloneCannotRead() {
    Story story = new Story().sent("m1", 1, 0);
    story.read(ANN, story.now() + 1, true, fact("m1", 1, 0)).read(BOB, story.now() + 1, true);

    assertThat(story.judgedBy(property)).singleElement().asString().contains("bob/phone");
  }

  @Test
  void saysNothingOfWhatWasNeverAcknowledged() {
    Story story = new Story();
    story.unknown(story.sends("m1")).ends();

    assertThat(story.judgedBy(property)).isEmpty();
  }
}
