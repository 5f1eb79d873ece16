package dev.carillon.message.append;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.conversation.ConversationId;
import org.junit.jupiter.api.Test;

/// Numbers leave in ascending order, each once.
final class NumberBlocksTest {
  private static final ConversationId ID = new ConversationId(1, 1);

  private final NumberBlocks blocks = new NumberBlocks(2);

  @Test
  void handsOutOneBlockAfterTheOther() {
    blocks.granted(ID, 1, 2);
    blocks.granted(ID, 10, 11);
    NumberBlocks.Cursor cursor = blocks.cursor(ID, 0);

    assertThat(cursor.next()).isEqualTo(1);
    assertThat(cursor.next()).isEqualTo(2);
    assertThat(cursor.next()).isEqualTo(10);
    assertThat(cursor.next()).isEqualTo(11);
    assertThat(cursor.next()).isZero();
  }

  @Test
  void skipsNumbersThatWereOvertaken() {
    blocks.granted(ID, 1, 5);
    blocks.granted(ID, 6, 9);

    assertThat(blocks.cursor(ID, 3).next()).isEqualTo(4);
    assertThat(blocks.cursor(ID, 7).next()).isEqualTo(8);
    assertThat(blocks.cursor(ID, 20).next()).isZero();
  }

  @Test
  void countsNumbersAsUsedOnlyWhenTold() {
    blocks.granted(ID, 1, 5);
    blocks.cursor(ID, 0).next();

    assertThat(blocks.cursor(ID, 0).next()).isEqualTo(1);
    blocks.used(ID, 3);
    assertThat(blocks.cursor(ID, 0).next()).isEqualTo(4);
  }

  @Test
  void asksForMoreBeforeTheyRunOut() {
    assertThat(blocks.low(ID)).isFalse();
    blocks.granted(ID, 1, 100);
    blocks.used(ID, 70);
    assertThat(blocks.low(ID)).isFalse();
    blocks.used(ID, 90);
    assertThat(blocks.low(ID)).isTrue();
    blocks.granted(ID, 101, 200);
    assertThat(blocks.low(ID)).isFalse();
  }

  @Test
  void forgetsTheLeastRecentlyUsedConversation() {
    blocks.granted(ID, 1, 5);
    blocks.granted(new ConversationId(2, 2), 1, 5);
    blocks.cursor(ID, 0);
    blocks.granted(new ConversationId(3, 3), 1, 5);

    assertThat(blocks.cursor(ID, 0).next()).isEqualTo(1);
    assertThat(blocks.cursor(new ConversationId(2, 2), 0).next()).isZero();
  }
}
