package dev.carillon.message.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.message.append.SequenceClient.Grants;
import dev.carillon.message.append.SequenceClient.Wish;
import dev.carillon.message.conversation.ConversationId;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/// What a [SequenceClient] promises.
abstract class SequenceClientContract {
  private static final ConversationId ONE = new ConversationId(0, 1);
  private static final ConversationId TWO = new ConversationId(0, 2);

  private final List<Block> blocks = new CopyOnWriteArrayList<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final Grants grants =
      new Grants() {
        @Override
        public void granted(ConversationId conversation, long first, long last) {
          blocks.add(new Block(conversation, first, last));
        }

        @Override
        public void failed(ConversationId conversation, String why) {
          failures.add(why);
        }
      };

  private record Block(ConversationId conversation, long first, long last) {}

  /// The client under test.
  abstract SequenceClient client();

  @Test
  final void answersEveryWishOnceAndWithAsManyNumbersAsAreNeeded() {
    List<Block> granted = reserve(new Wish(ONE, 1, 0), new Wish(TWO, 500, 0));

    assertThat(granted).extracting(Block::conversation).containsExactlyInAnyOrder(ONE, TWO);
    assertThat(granted)
        .filteredOn(block -> block.conversation().equals(TWO))
        .allSatisfy(
            block -> assertThat(block.last() - block.first() + 1).isGreaterThanOrEqualTo(500));
  }

  @Test
  final void noNumberIsGrantedTwiceAndTheyGrow() {
    Block first = reserve(new Wish(ONE, 1, 0)).getFirst();
    Block second = reserve(new Wish(ONE, 1, 0)).getFirst();

    assertThat(first.first()).isPositive();
    assertThat(second.first()).isGreaterThan(first.last());
  }

  @Test
  final void grantsNoNumberUpToTheFloor() {
    assertThat(reserve(new Wish(ONE, 1, 1_000)).getFirst().first()).isGreaterThan(1_000);
    assertThat(reserve(new Wish(ONE, 1, 0)).getFirst().first()).isGreaterThan(1_000);
  }

  private List<Block> reserve(Wish... wishes) {
    blocks.clear();
    client().reserve(List.of(wishes), grants);
    await().until(() -> blocks.size() + failures.size() >= wishes.length);
    assertThat(failures).isEmpty();
    assertThat(blocks).hasSize(wishes.length);
    return List.copyOf(blocks);
  }
}
