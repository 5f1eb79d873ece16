package dev.carillon.message.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.append.AppendRig;
import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.ClientMessageId;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.ConversationKind;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.HistoryPolicy;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.MessageBody;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.message.conversation.MessageRef;
import dev.carillon.message.conversation.Place;
import dev.carillon.message.conversation.Profile;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.store.ConversationStore.AppendResult;
import dev.carillon.message.store.ConversationStore.ConversationAppend;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What every conversation store does.
public abstract class ConversationStoreContract {
  static final ConversationId ANN_BOB = AppendRig.direct("ann", "bob");
  static final ConversationId TRIP = AppendRig.group(1);
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

  /// The store under test, empty.
  abstract ConversationStore store();

  @Test
  void writesAndReadsANewConversation() {
    ConversationAppend append = first(message(ANN_BOB, 1, 0, "ann", 1));

    assertThat(write(append)).isEqualTo(new AppendResult.Written(Set.of()));

    assertThat(store().heads(List.of(ANN_BOB, TRIP))).isEqualTo(Map.of(ANN_BOB, append.after()));
    assertThat(all(ANN_BOB)).isEqualTo(append.messages());
    assertThat(store().find(Set.of(append.messages().getFirst().key())))
        .containsValue(append.messages().getFirst());
  }

  @Test
  void keepsEveryByteOfABody() {
    byte[] bytes = new byte[70_000];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31);
    }
    StoredMessage large =
        new StoredMessage(
            ANN_BOB,
            new Place(1, 0, 1),
            "änn \uD83D\uDE00",
            id(1),
            NOW,
            MessageBody.of(BodyKind.BINARY, bytes),
            0);

    write(first(large));

    assertThat(all(ANN_BOB)).containsExactly(large);
  }

  @Test
  void movesAHeadFromWhereItIs() {
    ConversationAppend one = first(message(ANN_BOB, 1, 0, "ann", 1));
    write(one);
    ConversationAppend two =
        next(one.after(), message(ANN_BOB, 5, 1, "bob", 2), message(ANN_BOB, 6, 5, "ann", 3));

    assertThat(write(two)).isEqualTo(new AppendResult.Written(Set.of()));

    assertThat(store().heads(List.of(ANN_BOB))).containsEntry(ANN_BOB, two.after());
    assertThat(all(ANN_BOB)).extracting(StoredMessage::seq).containsExactly(1L, 5L, 6L);
  }

  @Test
  void leavesOutAConversationThatMovedOnAndWritesTheOthers() {
    ConversationAppend one = first(message(ANN_BOB, 1, 0, "ann", 1));
    write(one);
    write(next(one.after(), message(ANN_BOB, 2, 1, "bob", 2)));
    ConversationAppend stale = next(one.after(), message(ANN_BOB, 3, 1, "ann", 3));
    ConversationAppend other = first(message(AppendRig.direct("cid", "dan"), 1, 0, "cid", 1));

    assertThat(write(stale, other)).isEqualTo(new AppendResult.Written(Set.of(ANN_BOB)));

    assertThat(all(ANN_BOB)).hasSize(2);
    assertThat(all(other.after().id())).hasSize(1);
  }

  @Test
  void writesNothingWhenAMessageIsARepeat() {
    ConversationAppend one = first(message(ANN_BOB, 1, 0, "ann", 1));
    write(one);
    ConversationAppend repeat = next(one.after(), message(ANN_BOB, 2, 1, "ann", 1));
    ConversationAppend other = first(message(AppendRig.direct("cid", "dan"), 1, 0, "cid", 1));

    assertThat(write(repeat, other)).isEqualTo(new AppendResult.Repeated());

    assertThat(all(ANN_BOB)).hasSize(1);
    assertThat(all(other.after().id())).isEmpty();
    assertThat(store().heads(List.of(ANN_BOB))).containsEntry(ANN_BOB, one.after());
  }

  @Test
  void writesNothingWhenANewConversationExistsAlready() {
    ConversationAppend one = first(message(ANN_BOB, 1, 0, "ann", 1));
    write(one);

    assertThat(write(first(message(ANN_BOB, 2, 0, "bob", 2))))
        .isEqualTo(new AppendResult.Repeated());
    assertThat(store().heads(List.of(ANN_BOB))).containsEntry(ANN_BOB, one.after());
  }

  @Test
  void writesNothingWhenTheCallerSaysNo() {
    assertThat(store().append(List.of(first(message(ANN_BOB, 1, 0, "ann", 1))), () -> false))
        .isEqualTo(new AppendResult.Withheld());

    assertThat(store().heads(List.of(ANN_BOB))).isEmpty();
    assertThat(all(ANN_BOB)).isEmpty();
  }

  @Test
  void findsOnlyTheExactKeys() {
    write(first(message(ANN_BOB, 1, 0, "ann", 1), message(ANN_BOB, 2, 1, "bob", 2)));
    MessageKey crossed = new MessageKey(ANN_BOB, "ann", id(2));
    MessageKey right = new MessageKey(ANN_BOB, "bob", id(2));
    MessageKey unknown = new MessageKey(TRIP, "ann", id(1));

    assertThat(store().find(Set.of(crossed, right, unknown))).containsOnlyKeys(right);
    assertThat(store().at(Set.of(new MessageRef(ANN_BOB, 2), new MessageRef(TRIP, 1))))
        .containsOnlyKeys(new MessageRef(ANN_BOB, 2));
  }

  @Test
  void findsManyKeysAtOnce() {
    List<StoredMessage> messages = new ArrayList<>();
    for (int seq = 1; seq <= 170; seq++) {
      messages.add(message(ANN_BOB, seq, seq - 1, "ann", seq));
    }
    write(first(messages.toArray(StoredMessage[]::new)));

    assertThat(store().find(messages.stream().map(StoredMessage::key).toList())).hasSize(170);
  }

  @Test
  void marksRecalledMessages() {
    ConversationAppend one = first(message(ANN_BOB, 1, 0, "ann", 1));
    write(one);
    ConversationAppend plain = next(one.after(), message(ANN_BOB, 2, 1, "ann", 2));

    write(
        new ConversationAppend(
            plain.before(), plain.after(), plain.messages(), Map.of(1L, 2L), List.of()));

    assertThat(all(ANN_BOB).getFirst().recalledBySeq()).isEqualTo(2);
    assertThat(all(ANN_BOB).getLast().recalled()).isFalse();
  }

  @Test
  void withdrawsTheEditsOfARecalledMessageAndNoOthers() {
    ConversationAppend one =
        first(message(ANN_BOB, 1, 0, "ann", 1), message(ANN_BOB, 2, 1, "ann", 2));
    write(one);
    ConversationAppend edits =
        next(one.after(), edit(ANN_BOB, 3, 1), edit(ANN_BOB, 4, 2), edit(ANN_BOB, 5, 1));
    write(edits);
    ConversationAppend recall = next(edits.after(), message(ANN_BOB, 6, 5, "ann", 6));

    write(
        new ConversationAppend(
            recall.before(), recall.after(), recall.messages(), Map.of(1L, 6L), List.of()));

    assertThat(all(ANN_BOB))
        .extracting(StoredMessage::recalledBySeq)
        .containsExactly(6L, 0L, 6L, 0L, 6L, 0L);
    assertThat(store().range(ANN_BOB, 2, 6, true, 2))
        .extracting(StoredMessage::recalledBySeq)
        .containsExactly(0L, 6L);
  }

  @Test
  void keepsMembersInTheOrderOfJoining() {
    Member ann = new Member("ann", 1, 0, 0, 0);
    Member cid = new Member("cid", 1, 1, 0, 0);
    Member bob = new Member("bob", 1, 2, 0, 0);
    write(group(List.of(bob, cid, ann)));

    assertThat(store().members(List.of(TRIP, ANN_BOB)))
        .isEqualTo(Map.of(TRIP, List.of(ann, cid, bob)));
    assertThat(store().memberships(TRIP, List.of("cid", "eve"))).isEqualTo(Map.of("cid", cid));
    assertThat(store().memberships(TRIP, List.of("eve"))).isEmpty();
    assertThat(store().memberships(TRIP, List.of())).isEmpty();
  }

  @Test
  void remembersThoseWhoLeft() {
    Member ann = new Member("ann", 1, 0, 0, 0);
    Member bob = new Member("bob", 1, 1, 0, 0);
    ConversationAppend opened = group(List.of(ann, bob));
    write(opened);
    ConversationAppend plain = next(opened.after(), message(TRIP, 2, 1, "ann", 2));

    write(
        new ConversationAppend(
            plain.before(), plain.after(), plain.messages(), Map.of(), List.of(bob.left(2))));

    assertThat(store().members(List.of(TRIP))).isEqualTo(Map.of(TRIP, List.of(ann)));
    assertThat(store().memberships(TRIP, List.of("bob"))).isEqualTo(Map.of("bob", bob.left(2)));
  }

  @Test
  void readsRangesFromBothEnds() {
    write(
        first(
            message(ANN_BOB, 1, 0, "ann", 1),
            message(ANN_BOB, 2, 1, "ann", 2),
            message(ANN_BOB, 3, 2, "ann", 3),
            message(ANN_BOB, 4, 3, "ann", 4)));

    assertThat(store().range(ANN_BOB, 0, 9, true, 2))
        .extracting(StoredMessage::seq)
        .containsExactly(3L, 4L);
    assertThat(store().range(ANN_BOB, 0, 9, false, 2))
        .extracting(StoredMessage::seq)
        .containsExactly(1L, 2L);
    assertThat(store().range(ANN_BOB, 1, 4, true, 9))
        .extracting(StoredMessage::seq)
        .containsExactly(2L, 3L);
  }

  private List<StoredMessage> all(ConversationId conversation) {
    return store().range(conversation, 0, Long.MAX_VALUE, false, 1_000);
  }

  AppendResult write(ConversationAppend... appends) {
    return store().append(List.of(appends), () -> true);
  }

  static ClientMessageId id(long number) {
    return new ClientMessageId(3, number);
  }

  static StoredMessage message(
      ConversationId conversation, long seq, long prevSeq, String sender, long id) {
    byte[] text = ("text " + seq).getBytes(StandardCharsets.UTF_8);
    return new StoredMessage(
        conversation,
        new Place(seq, prevSeq, seq),
        sender,
        id(id),
        NOW,
        MessageBody.of(BodyKind.TEXT, text),
        0);
  }

  static StoredMessage edit(ConversationId conversation, long seq, long targetSeq) {
    byte[] text = ("edited text " + targetSeq).getBytes(StandardCharsets.UTF_8);
    return new StoredMessage(
        conversation,
        new Place(seq, seq - 1, 2),
        "ann",
        id(seq),
        NOW,
        new MessageBody(BodyKind.EDIT, targetSeq, text),
        0);
  }

  public static ConversationAppend first(StoredMessage... messages) {
    return append(null, Profile.direct("ann", "bob"), messages);
  }

  static ConversationAppend next(Head before, StoredMessage... messages) {
    return append(before, before.profile(), messages);
  }

  static ConversationAppend group(List<Member> members) {
    Profile profile =
        new Profile(ConversationKind.GROUP, "ann", "", "trip", HistoryPolicy.FROM_JOIN);
    ConversationAppend plain = append(null, profile, message(TRIP, 1, 0, "ann", 1));
    return new ConversationAppend(null, plain.after(), plain.messages(), Map.of(), members);
  }

  private static ConversationAppend append(
      @Nullable Head before, Profile profile, StoredMessage... messages) {
    StoredMessage newest = messages[messages.length - 1];
    long firstSeq = before == null ? messages[0].seq() : before.firstSeq();
    Head after =
        new Head(
            newest.conversation(), profile, firstSeq, newest.seq(), newest.place().ordinal(), 0);
    return new ConversationAppend(before, after, List.of(messages), Map.of(), List.of());
  }
}
