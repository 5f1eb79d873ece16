package dev.carillon.check.property;

import static dev.carillon.check.property.Story.BOB;
import static dev.carillon.check.property.Story.CID;
import static dev.carillon.check.property.Story.fact;
import static dev.carillon.check.property.Story.notice;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ChainCompleteTest {
  @Test
  void acceptsAChainWithJumps() {
    Story story =
        new Story()
            .handed(BOB, fact("m1", 1, 0), fact("m2", 9, 1))
            .ends(fact("m1", 1, 0), fact("m2", 9, 1));

    assertThat(story.judgedBy(ChainComplete::check)).isEmpty();
  }

  @Test
  void findsAHoleAtTheDevice() {
    Story story = new Story().handed(BOB, fact("m1", 1, 0), fact("m3", 3, 2));

    assertThat(story.judgedBy(ChainComplete::check))
        .singleElement()
        .asString()
        .contains("expected: 2");
  }

  @Test
  void findsAMissingBeginning() {
    Story story = new Story().handed(BOB, fact("m2", 2, 1));

    assertThat(story.judgedBy(ChainComplete::check)).hasSize(1);
  }

  @Test
  void findsAHoleInHistory() {
    Story story = new Story().ends(fact("m1", 1, 0), fact("m3", 3, 2));

    assertThat(story.judgedBy(ChainComplete::check))
        .hasSize(2)
        .allMatch(what -> what.contains("after 2"));
  }

  @Test
  void findsALinkThatPointsTooFarBack() {
    Story story = new Story().ends(fact("m1", 1, 0), fact("m2", 2, 1), fact("m3", 3, 1));

    assertThat(story.judgedBy(ChainComplete::check)).hasSize(2);
  }

  @Test
  void acceptsThatANewcomerBeginsWhereItJoined() {
    Story story = new Story().sent("m1", 1, 0);
    story.changed(story.adds("cid"), 2).handed(CID, notice(2, 1, List.of("cid"), List.of()));

    assertThat(story.judgedBy(ChainComplete::check)).isEmpty();
  }

  @Test
  void findsANewcomersMissingBeginningWhereTheGroupShowsItsPast() {
    Story story = new Story().withWholeHistory().sent("m1", 1, 0);
    story.changed(story.adds("cid"), 2).handed(CID, notice(2, 1, List.of("cid"), List.of()));

    assertThat(story.judgedBy(ChainComplete::check)).hasSize(1);
  }

  @Test
  void findsAHoleAfterANewcomersBeginning() {
    Story story = new Story().sent("m1", 1, 0);
    story.changed(story.adds("cid"), 2);
    story.handed(CID, notice(2, 1, List.of("cid"), List.of()), fact("m4", 4, 3));

    assertThat(story.judgedBy(ChainComplete::check)).hasSize(1);
  }
}
