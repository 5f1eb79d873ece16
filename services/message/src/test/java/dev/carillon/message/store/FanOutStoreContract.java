package dev.carillon.message.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.append.AppendRig;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.runtime.slots.Slots;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// What every store that fan-out reads does, shown with groups.
public abstract class FanOutStoreContract {
  private static final ConversationId TRIP = AppendRig.group(1);
  private static final ConversationId WORK = AppendRig.group(2);
  private static final int SLOT = Slots.of(TRIP.bytes());

  /// The store under test, empty.
  protected abstract FanOutStore store();

  /// Opens a group with one message, the notice with which these users join.
  protected abstract void open(ConversationId group, String... users);

  /// Appends the notice with which a user leaves.
  protected abstract void leave(ConversationId group, String user);

  /// Appends messages.
  protected abstract void post(ConversationId group, int count);

  @Test
  void remembersWhatIsNotFannedOut() {
    open(TRIP, "ann", "bob");
    post(TRIP, 2);

    List<Head> pending = store().pending(SLOT, Optional.empty(), 10);

    assertThat(pending).hasSize(1);
    assertThat(pending.getFirst().id()).isEqualTo(TRIP);
    assertThat(pending.getFirst().lastSeq()).isEqualTo(3);
    assertThat(pending.getFirst().fannedSeq()).isZero();
    assertThat(store().head(TRIP)).contains(pending.getFirst());
    assertThat(store().pending(SLOT, Optional.of(TRIP), 10)).isEmpty();
    assertThat(store().pending((SLOT + 1) % Slots.COUNT, Optional.empty(), 10)).isEmpty();
  }

  @Test
  void listsWhatIsPendingInPagesByAscendingId() {
    List<ConversationId> ids = idsOfOneSlot(5);
    ids.reversed().forEach(id -> open(id, "ann"));

    assertThat(ids(store().pending(SLOT, Optional.empty(), 3))).isEqualTo(ids.subList(0, 3));
    assertThat(ids(store().pending(SLOT, Optional.of(ids.get(2)), 3))).isEqualTo(ids.subList(3, 5));
  }

  @Test
  void readsMessagesAfterASeq() {
    open(TRIP, "ann");
    post(TRIP, 4);

    assertThat(seqs(store().messages(TRIP, 0, 2))).containsExactly(1L, 2L);
    assertThat(seqs(store().messages(TRIP, 3, 10))).containsExactly(4L, 5L);
    assertThat(store().messages(TRIP, 5, 10)).isEmpty();
  }

  @Test
  void knowsNothingOfAConversationThatDoesNotExist() {
    assertThat(store().head(WORK)).isEmpty();
    assertThat(store().messages(WORK, 0, 10)).isEmpty();
    assertThat(store().head(WORK)).isEmpty();
    assertThat(store().pending(Slots.of(WORK.bytes()), Optional.empty(), 10)).isEmpty();
  }

  @Test
  void findsThePresentMembersAndThoseWhoLeftAfterASeq() {
    open(TRIP, "ann", "bob", "cid");
    leave(TRIP, "bob");
    leave(TRIP, "cid");
    Head head = store().head(TRIP).orElseThrow();

    assertThat(users(store().recipients(head, 3))).containsExactly("ann");
    assertThat(users(store().recipients(head, 2))).containsExactlyInAnyOrder("ann", "cid");
    assertThat(users(store().recipients(head, 1))).containsExactlyInAnyOrder("ann", "bob", "cid");
    assertThat(store().recipients(head, 2))
        .filteredOn(member -> !member.present())
        .extracting(Member::leftSeq)
        .containsExactly(3L);
  }

  @Test
  void movesMarksForwardOnlyAndClearsWhatIsComplete() {
    open(TRIP, "ann");
    post(TRIP, 1);
    open(WORK, "ann");

    store().mark(List.of(new FanOutMark(TRIP, 1), new FanOutMark(WORK, 1)));

    assertThat(isPending(TRIP)).isTrue();
    assertThat(isPending(WORK)).isFalse();
    assertThat(fannedSeq(TRIP)).isEqualTo(1);
    store().mark(List.of(new FanOutMark(TRIP, 2)));
    store().mark(List.of(new FanOutMark(TRIP, 1)));
    assertThat(isPending(TRIP)).isFalse();
    assertThat(fannedSeq(TRIP)).isEqualTo(2);
    post(TRIP, 1);
    assertThat(isPending(TRIP)).isTrue();
    assertThat(fannedSeq(TRIP)).isEqualTo(2);
  }

  /// More marks than one statement takes, in all parts of the slots.
  @Test
  void marksManyConversationsAtOnce() {
    List<FanOutMark> marks = new ArrayList<>();
    for (int i = 1; i <= 250; i++) {
      ConversationId id = new ConversationId(i * 0x1234_5678_9abcL, i);
      open(id, "ann");
      post(id, i % 3);
      marks.add(new FanOutMark(id, 1 + i % 3));
    }

    store().mark(marks);

    assertThat(marks)
        .allSatisfy(mark -> {
          assertThat(fannedSeq(mark.conversation())).isEqualTo(mark.fannedSeq());
          assertThat(isPending(mark.conversation())).isFalse();
        });
  }

  private boolean isPending(ConversationId id) {
    return ids(store().pending(Slots.of(id.bytes()), Optional.empty(), 1_000)).contains(id);
  }

  private long fannedSeq(ConversationId id) {
    return store().head(id).orElseThrow().fannedSeq();
  }

  private static List<ConversationId> idsOfOneSlot(int count) {
    return LongStream.iterate(1, number -> number + 1)
        .mapToObj(AppendRig::group)
        .filter(id -> Slots.of(id.bytes()) == SLOT)
        .limit(count)
        .sorted()
        .toList();
  }

  private static List<ConversationId> ids(List<Head> heads) {
    return heads.stream().map(Head::id).toList();
  }

  private static List<Long> seqs(List<StoredMessage> messages) {
    return messages.stream().map(StoredMessage::seq).toList();
  }

  private static List<String> users(List<Member> members) {
    return members.stream().map(Member::userId).toList();
  }
}
