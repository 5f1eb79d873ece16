package dev.carillon.check.property;

import static dev.carillon.check.property.Story.ANN;
import static dev.carillon.check.property.Story.BOB;
import static dev.carillon.check.property.Story.fact;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OneOrderTest {
  @Test
  void acceptsTheSameForAll() {
    Story story =
        new Story()
            .sent("m1", 1, 0)
            .handed(BOB, fact("m1", 1, 0))
            .handed(ANN, fact("m1", 1, 0))
            .ends(fact("m1", 1, 0));

    assertThat(story.judgedBy(OneOrder::check)).isEmpty();
  }

  @Test
  void findsTwoMessagesUnderOneNumber() {
    Story story = new Story().handed(BOB, fact("m1", 1, 0)).handed(ANN, fact("m2", 1, 0));

    assertThat(story.judgedBy(OneOrder::check)).singleElement().asString().contains("others");
  }

  @Test
  void findsOneNumberAcknowledgedForTwo() {
    Story story = new Story().sent("m1", 1, 0).sent("m2", 1, 0);

    assertThat(story.judgedBy(OneOrder::check))
        .singleElement()
        .asString()
        .contains("both acknowledged");
  }

  @Test
  void findsAnAcknowledgementThatHistoryContradicts() {
    Story story = new Story().sent("m1", 2, 1).handed(BOB, fact("m1", 2, 0));

    assertThat(story.judgedBy(OneOrder::check))
        .singleElement()
        .asString()
        .contains("seq 2 after 1");
  }

  @Test
  void findsHistoryOutOfOrder() {
    Story story = new Story().ends(fact("m2", 2, 1), fact("m1", 1, 0));

    assertThat(story.judgedBy(OneOrder::check)).hasSize(2);
  }
}
