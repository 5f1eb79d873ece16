package dev.carillon.check.property;

import static dev.carillon.check.property.Story.ANN;
import static dev.carillon.check.property.Story.body;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WritesFollowReadsTest {
  @Test
  void acceptsAReplyAfterWhatWasRead() {
    Story story = new Story();
    story.stored(story.sends(ANN, "m1", body("m1"), 4), 5, 4);

    assertThat(story.judgedBy(WritesFollowReads::check)).isEmpty();
  }

  @Test
  void findsAReplyBeforeWhatWasRead() {
    Story story = new Story();
    story.stored(story.sends(ANN, "m1", body("m1"), 5), 4, 3);

    assertThat(story.judgedBy(WritesFollowReads::check))
        .singleElement()
        .asString()
        .contains("had read seq 5");
  }
}
