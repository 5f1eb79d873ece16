package dev.carillon.check.property;

import static dev.carillon.check.property.Story.ANN;
import static dev.carillon.check.property.Story.ANN_TABLET;
import static dev.carillon.check.property.Story.BOB;
import static dev.carillon.check.property.Story.fact;
import static dev.carillon.check.property.Story.notice;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MonotonicReadsTest {
  @Test
  void acceptsVersionsThatGrow() {
    Story story = new Story().version(ANN, 3).version(ANN_TABLET, 3).synced(ANN, 3, 5, 0);

    assertThat(story.judgedBy(MonotonicReads::check)).isEmpty();
  }

  @Test
  void findsAVersionThatGoesBackOnAnotherDevice() {
    Story story = new Story().version(ANN, 3).version(ANN_TABLET, 2);

    assertThat(story.judgedBy(MonotonicReads::check))
        .singleElement()
        .asString()
        .contains("version 2");
  }

  @Test
  void judgesEachUserByItself() {
    Story story = new Story().version(ANN, 3).version(BOB, 2);

    assertThat(story.judgedBy(MonotonicReads::check)).isEmpty();
  }

  @Test
  void findsAReadWithoutWhatTheUserHadSeen() {
    Story story = new Story().handed(ANN, fact("m1", 1, 0)).read(ANN_TABLET);

    assertThat(story.judgedBy(MonotonicReads::check)).singleElement().asString().contains("seq 1");
  }

  @Test
  void acceptsAReadThatWasAskedForBefore() {
    Story story = new Story();
    long asked = story.now();
    story.handed(ANN, fact("m1", 1, 0)).read(ANN_TABLET, asked, false);

    assertThat(story.judgedBy(MonotonicReads::check)).isEmpty();
  }

  @Test
  void acceptsThatAMemberThatCameBackLosesSightOfItsFirstPeriod() {
    Story story = new Story().handed(BOB, fact("m1", 1, 0));
    story.changed(story.removes("bob"), 2).handed(ANN, notice(2, 1, List.of(), List.of("bob")));
    story.changed(story.adds("bob"), 3).handed(ANN, notice(3, 2, List.of("bob"), List.of()));
    story.read(BOB, notice(3, 2, List.of("bob"), List.of()));

    assertThat(story.judgedBy(MonotonicReads::check)).isEmpty();
  }

  @Test
  void findsAFormerMembersReadWithoutWhatItHadSeen() {
    Story story = new Story().handed(BOB, fact("m1", 1, 0));
    story.changed(story.removes("bob"), 2).handed(ANN, notice(2, 1, List.of(), List.of("bob")));
    story.read(BOB);

    assertThat(story.judgedBy(MonotonicReads::check)).hasSize(1);
  }
}
