package dev.carillon.check.property;

import static dev.carillon.check.property.Story.ANN;
import static dev.carillon.check.property.Story.BOB;
import static dev.carillon.check.property.Story.fact;
import static dev.carillon.check.property.Story.notice;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.check.history.Fact;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeliveredEverywhereTest {
  @Test
  void acceptsADeviceThatHoldsAll() {
    Story story = new Story().sent("m1", 1, 0).handed(BOB, fact("m1", 1, 0)).ends(fact("m1", 1, 0));

    assertThat(story.judgedBy(DeliveredEverywhere::check)).isEmpty();
  }

  @Test
  void findsALostTail() {
    Story story =
        new Story()
            .sent("m1", 1, 0)
            .sent("m2", 2, 1)
            .handed(BOB, fact("m1", 1, 0))
            .ends(fact("m1", 1, 0), fact("m2", 2, 1));

    assertThat(story.judgedBy(DeliveredEverywhere::check))
        .singleElement()
        .asString()
        .contains("seq 2");
  }

  @Test
  void findsAnUnacknowledgedMessageThatOnlyHistoryHas() {
    Story story = new Story();
    story.unknown(story.sends("m1")).ends(fact("m1", 1, 0));

    assertThat(story.judgedBy(DeliveredEverywhere::check)).hasSize(1);
  }

  @Test
  void findsAConversationThatNobodyCouldRead() {
    Story story = new Story().sent("m1", 1, 0).handed(BOB, fact("m1", 1, 0));

    assertThat(story.judgedBy(DeliveredEverywhere::check))
        .singleElement()
        .asString()
        .contains("nobody could read");
  }

  @Test
  void asksOfAMemberThatCameBackOnlyWhatItMayRead() {
    Fact left = notice(2, 1, List.of(), List.of("bob"));
    Fact back = notice(4, 3, List.of("bob"), List.of());
    Story story = new Story().sent("m1", 1, 0);
    story.changed(story.removes("bob"), 2).sent("m3", 3, 2).changed(story.adds("bob"), 4);
    story.handed(BOB, back);
    story.read(ANN, story.now() + 1, true, fact("m1", 1, 0), left, fact("m3", 3, 2), back);
    story.read(BOB, story.now() + 1, true, back);

    assertThat(story.judgedBy(DeliveredEverywhere::check)).isEmpty();
  }

  @Test
  void findsThatAFormerMemberNeverHeardOfItsLeaving() {
    Fact left = notice(2, 1, List.of(), List.of("bob"));
    Story story = new Story().sent("m1", 1, 0).handed(BOB, fact("m1", 1, 0));
    story.changed(story.removes("bob"), 2).ends(fact("m1", 1, 0), left);

    assertThat(story.judgedBy(DeliveredEverywhere::check))
        .singleElement()
        .asString()
        .contains("-bob");
  }

  @Test
  void findsAMemberThatCouldNotReadAtTheEnd() {
    Story story = new Story().sent("m1", 1, 0).handed(BOB, fact("m1", 1, 0));
    story.read(ANN, story.now() + 1, true, fact("m1", 1, 0));

    assertThat(story.judgedBy(DeliveredEverywhere::check))
        .singleElement()
        .asString()
        .contains("bob could not read");
  }
}
