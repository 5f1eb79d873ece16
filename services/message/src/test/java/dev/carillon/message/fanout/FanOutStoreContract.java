package dev.carillon.message.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.conversation.Committed;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.FanOutMark;
import dev.carillon.message.conversation.FanOutStore;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.runtime.slots.Slots;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What every store does that fan-out reads from.
abstract class FanOutStoreContract {
  private static final ConversationId TRIP = new ConversationId(7, 1);
  private static final int SLOT = Slots.of(TRIP.bytes());

  /// What is committed: its messages, members and heads.
  final FakeConversations conversations = new FakeConversations();

  /// The store under test, empty.
  abstract FanOutStore store();

  /// Brings what was committed just now into the store.
  abstract void write(Committed batch);

  private void join(String... users) {
    write(conversations.join(TRIP, 1, users));
  }

  private void leave(String user) {
    write(conversations.leave(TRIP, 1, user));
  }

  private void commit(int count) {
    write(conversations.commit(TRIP, 1, count));
  }

  private Head head() {
    return store().head(TRIP).orElseThrow();
  }

  private List<ConversationId> pending(Optional<ConversationId> after, int limit) {
    return store().pending(SLOT, after, limit).stream().map(Head::id).toList();
  }

  @Test
  void whatIsCommittedIsPending() {
    join("ann");

    assertThat(store().pending(SLOT, Optional.empty(), 10)).containsExactly(head());
    assertThat(pending(Optional.of(TRIP), 10)).isEmpty();
    assertThat(store().pending((SLOT + 1) % Slots.COUNT, Optional.empty(), 10)).isEmpty();
  }

  @Test
  void pendingConversationsComeInPagesByAscendingId() {
    // Ids whose last bytes vary, for those of one slot.
    List<ConversationId> ids =
        IntStream.range(0, 20_000)
            .mapToObj(i -> new ConversationId(7, i))
            .filter(id -> Slots.of(id.bytes()) == SLOT)
            .limit(5)
            .toList();
    ids.reversed().forEach(id -> write(conversations.join(id, 1, "ann")));

    assertThat(pending(Optional.empty(), 2)).isEqualTo(ids.subList(0, 2));
    assertThat(pending(Optional.of(ids.get(1)), 2)).isEqualTo(ids.subList(2, 4));
    assertThat(pending(Optional.of(ids.get(3)), 2)).isEqualTo(ids.subList(4, 5));
  }

  @Test
  void aMarkMovesForwardOnlyAndClearsWhatItCovers() {
    join("ann");
    commit(2);

    store().mark(List.of(new FanOutMark(TRIP, 2)));
    assertThat(head().fannedSeq()).isEqualTo(2);
    assertThat(pending(Optional.empty(), 10)).containsExactly(TRIP);

    store().mark(List.of(new FanOutMark(TRIP, 3)));
    store().mark(List.of(new FanOutMark(TRIP, 1)));
    assertThat(head().fannedSeq()).isEqualTo(3);
    assertThat(pending(Optional.empty(), 10)).isEmpty();

    commit(1);
    assertThat(pending(Optional.empty(), 10)).containsExactly(TRIP);
  }

  @Test
  void aHeadShowsTheNewestMessage() {
    assertThat(store().head(TRIP)).isEmpty();

    join("ann");
    commit(2);

    assertThat(head().lastSeq()).isEqualTo(3);
    assertThat(head().fannedSeq()).isZero();
  }

  @Test
  void messagesComeAscendingFromAPosition() {
    join("ann");
    commit(4);

    assertThat(store().messages(TRIP, 2, 2)).extracting(StoredMessage::seq).containsExactly(3L, 4L);
    assertThat(store().messages(TRIP, 5, 2)).isEmpty();
  }

  @Test
  void recipientsAreThoseWhoArePresentOrLeftAfterThePosition() {
    join("ann", "bob", "cid");
    leave("bob");
    leave("cid");

    assertThat(store().recipients(head(), 1))
        .extracting(Member::userId)
        .containsExactlyInAnyOrder("ann", "bob", "cid");
    assertThat(store().recipients(head(), 2))
        .extracting(Member::userId)
        .containsExactlyInAnyOrder("ann", "cid");
  }
}
