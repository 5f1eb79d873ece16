package dev.carillon.message.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.HistoryPolicy;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.MessageBody;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.history.History;
import dev.carillon.message.store.FakeConversationStore;
import dev.carillon.message.store.FakeConversationStore.Mishap;
import dev.carillon.message.store.Ranges;
import dev.carillon.runtime.errors.Refusal;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who may do what with a group, and what its members then may read.
final class GroupTest {
  private static final ConversationId TRIP = AppendRig.group(1);

  private final FakeConversationStore store = new FakeConversationStore();
  private final AppendRig rig = new AppendRig(store);

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void opensAGroupWithANotice() {
    Outcome.Stored opened = rig.create(TRIP, "ann", "bob", "cid", "bob", "ann");

    assertThat(opened).isEqualTo(new Outcome.Stored(1, 0, false));
    assertThat(names("ann")).containsExactly("ann", "bob", "cid");
    assertThat(store.all(TRIP))
        .singleElement()
        .satisfies(notice -> {
          assertThat(notice.body().kind()).isEqualTo(BodyKind.MEMBERSHIP);
          assertThat(notice.place().ordinal()).isZero();
        });
  }

  @Test
  void findsAGroupThatIsCreatedAgain() {
    rig.create(TRIP, "ann", "bob", "cid");

    assertThat(rig.create(TRIP, "ann", "cid", "bob")).isEqualTo(new Outcome.Stored(1, 0, true));
    refused("CONVERSATION_EXISTS", () -> rig.create(TRIP, "ann", "bob"));
    refused("CONVERSATION_EXISTS", () -> rig.create(TRIP, "bob", "ann", "cid"));
    assertThat(store.all(TRIP)).hasSize(1);
  }

  @Test
  void refusesAGroupUnderTheIdOfADirectConversation() {
    ConversationId pair = AppendRig.direct("ann", "bob");

    refused("REQUEST_INVALID", () -> rig.create(pair, "mallory", "eve"));
    assertThat(store.all(pair)).isEmpty();
  }

  @Test
  void opensALargeGroupWithSeveralNotices() {
    String[] members = IntStream.range(0, 550).mapToObj(i -> "user" + i).toArray(String[]::new);

    assertThat(rig.create(TRIP, "ann", members).seq()).isEqualTo(1);
    assertThat(store.all(TRIP)).hasSize(2);
    assertThat(names("user549")).hasSize(551).startsWith("ann", "user0").endsWith("user549");
    assertThat(history("user549").messages()).hasSize(2);
  }

  @Test
  void keepsGroupsWithinTheirLimit() {
    String[] tooMany = IntStream.range(0, 600).mapToObj(i -> "user" + i).toArray(String[]::new);
    refused("TOO_MANY_MEMBERS", () -> rig.create(TRIP, "ann", tooMany));
    String[] full = IntStream.range(0, 599).mapToObj(i -> "user" + i).toArray(String[]::new);
    rig.create(TRIP, "ann", full);

    refused("TOO_MANY_MEMBERS", () -> rig.add(TRIP, "ann", "bob"));
    assertThat(rig.add(TRIP, "ann", "user3").users()).isEmpty();
  }

  @Test
  void addsOnlyWhoIsNew() {
    rig.create(TRIP, "ann", "bob");

    Outcome.MembersChanged added = rig.add(TRIP, "bob", "cid", "ann", "cid");

    assertThat(added).isEqualTo(new Outcome.MembersChanged(List.of("cid"), 2, false));
    assertThat(rig.add(TRIP, "bob", "cid"))
        .isEqualTo(new Outcome.MembersChanged(List.of(), 0, false));
    assertThat(names("cid")).containsExactly("ann", "bob", "cid");
  }

  @Test
  void letsOnlyMembersAdd() {
    rig.create(TRIP, "ann", "bob");
    rig.stored(rig.post("ann", "bob", rig.newId(), "hello"));

    refused("NOT_A_MEMBER", () -> rig.add(TRIP, "eve", "eve"));
    refused("CONVERSATION_UNKNOWN", () -> rig.add(AppendRig.group(9), "ann", "cid"));
    refused("NOT_A_GROUP", () -> rig.add(AppendRig.direct("ann", "bob"), "ann", "cid"));
    refused("REQUEST_INVALID", () -> rig.add(TRIP, "ann", "a\nb"));
  }

  @Test
  void showsNewMembersTheGroupFromTheirJoiningOn() {
    rig.create(TRIP, "ann", "bob");
    rig.stored(rig.toGroup(TRIP, "ann", AppendRig.text("before")));
    rig.add(TRIP, "ann", "cid");
    rig.stored(rig.toGroup(TRIP, "ann", AppendRig.text("after")));

    assertThat(history("cid").messages()).extracting(StoredMessage::seq).containsExactly(3L, 4L);
    assertThat(history("cid").visibleAfterSeq()).isEqualTo(2);
    assertThat(history("bob").messages()).hasSize(4);
    assertThat(history("bob").visibleAfterSeq()).isZero();
  }

  @Test
  void showsNewMembersEverythingWhenThePolicySaysSo() {
    rig.service.createGroup(TRIP, "ann", List.of("bob"), "", HistoryPolicy.ALL);
    rig.stored(rig.toGroup(TRIP, "ann", AppendRig.text("before")));
    rig.add(TRIP, "ann", "cid");

    assertThat(history("cid").messages()).hasSize(3);
  }

  @Test
  void removesWhoTheOwnerNames() {
    rig.create(TRIP, "ann", "bob", "cid");

    refused("NOT_THE_OWNER", () -> rig.remove(TRIP, "bob", "cid"));
    assertThat(rig.remove(TRIP, "ann", "cid", "eve"))
        .isEqualTo(new Outcome.MembersChanged(List.of("cid"), 2, false));
    assertThat(rig.remove(TRIP, "ann", "cid").seq()).isZero();
    assertThat(rig.refusal(rig.toGroup(TRIP, "cid", AppendRig.text("still here"))))
        .isEqualTo("NOT_A_MEMBER");
    refused("NOT_A_MEMBER", () -> rig.service.members(TRIP, "cid"));
  }

  @Test
  void showsWhoLeftNothingThatCameLater() {
    rig.create(TRIP, "ann", "bob", "cid");
    rig.remove(TRIP, "cid", "cid");
    rig.stored(rig.toGroup(TRIP, "ann", AppendRig.text("now we are alone")));

    assertThat(history("cid").messages()).extracting(StoredMessage::seq).containsExactly(1L, 2L);
    assertThat(rig.remove(TRIP, "cid", "cid").users()).isEmpty();
    refused("NOT_A_MEMBER", () -> history("eve"));
  }

  @Test
  void tellsThoseWhoLeaveThatTheyLeft() {
    rig.create(TRIP, "ann", "bob", "cid");
    rig.remove(TRIP, "ann", "cid");
    await().until(() -> rig.fanOut.batches().size() == 2);

    Committed batch = rig.fanOut.batches().getLast();
    assertThat(batch.members()).extracting(Member::userId).containsExactly("ann", "bob", "cid");
    assertThat(batch.members()).allMatch(member -> member.receives(2));
    assertThat(batch.members().getLast().receives(3)).isFalse();
  }

  @Test
  void passesOwnershipToTheLongestStandingMember() {
    rig.create(TRIP, "ann", "bob");
    rig.add(TRIP, "ann", "abe");
    rig.remove(TRIP, "ann", "ann");

    assertThat(rig.service.members(TRIP, "bob").profile().isGroupOf("bob")).isTrue();
    assertThat(rig.remove(TRIP, "bob", "abe").users()).containsExactly("abe");
  }

  @Test
  void letsSomebodyComeBack() {
    rig.create(TRIP, "ann", "bob");
    rig.remove(TRIP, "bob", "bob");
    rig.stored(rig.toGroup(TRIP, "ann", AppendRig.text("unheard")));
    rig.add(TRIP, "ann", "bob");

    assertThat(history("bob").messages()).extracting(StoredMessage::seq).containsExactly(4L);
    assertThat(rig.stored(rig.toGroup(TRIP, "bob", AppendRig.text("back"))).seq()).isEqualTo(5);
  }

  @Test
  void answersAMembershipChangeWhoseCommitWasInDoubtAsIfNothingHadHappened() {
    rig.create(TRIP, "ann", "bob");
    store.next(Mishap.COMMITS_SILENTLY);

    assertThat(rig.add(TRIP, "ann", "cid"))
        .isEqualTo(new Outcome.MembersChanged(List.of("cid"), 2, false));
    assertThat(store.all(TRIP)).hasSize(2);
  }

  @Test
  void letsSendersEditOnlyTheirOwn() {
    rig.create(TRIP, "ann", "bob");
    rig.stored(rig.toGroup(TRIP, "bob", AppendRig.text("helo")));

    assertThat(rig.stored(rig.toGroup(TRIP, "bob", referring(BodyKind.EDIT, 2))).seq())
        .isEqualTo(3);
    assertThat(rig.refusal(rig.toGroup(TRIP, "ann", referring(BodyKind.EDIT, 2))))
        .isEqualTo("TARGET_NOT_ALLOWED");
  }

  @Test
  void letsSendersAndOwnersRecallOnce() {
    rig.create(TRIP, "ann", "bob", "cid");
    rig.stored(rig.toGroup(TRIP, "bob", AppendRig.text("oops")));

    assertThat(rig.refusal(rig.toGroup(TRIP, "cid", referring(BodyKind.RECALL, 2))))
        .isEqualTo("TARGET_NOT_ALLOWED");
    long seq = rig.stored(rig.toGroup(TRIP, "ann", referring(BodyKind.RECALL, 2))).seq();
    assertThat(store.all(TRIP).get(1).recalledBySeq()).isEqualTo(seq);
    for (BodyKind kind : Set.of(BodyKind.RECALL, BodyKind.EDIT, BodyKind.REACTION)) {
      assertThat(rig.refusal(rig.toGroup(TRIP, "bob", referring(kind, 2))))
          .isEqualTo("TARGET_NOT_ALLOWED");
    }
  }

  @Test
  void recallsOnlyOnceWithinOneBatch() {
    rig.create(TRIP, "ann", "bob");
    rig.sequence.blockSize(1);
    rig.stored(rig.toGroup(TRIP, "bob", AppendRig.text("oops")));
    for (int i = 0; i < 70; i++) {
      rig.stored(rig.toGroup(TRIP, "bob", AppendRig.text("use up the block")));
    }
    rig.sequence.hold();
    CompletableFuture<Outcome> one =
        rig.submit(rig.toGroup(TRIP, "ann", referring(BodyKind.RECALL, 2)));
    CompletableFuture<Outcome> other =
        rig.submit(rig.toGroup(TRIP, "bob", referring(BodyKind.RECALL, 2)));
    rig.sequence.release();

    assertThat(AppendRig.await(one)).isInstanceOf(Outcome.Stored.class);
    assertThat(AppendRig.reason(AppendRig.await(other))).isEqualTo("TARGET_NOT_ALLOWED");
  }

  @Test
  void letsMembersReactToWhatTheySee() {
    rig.create(TRIP, "ann", "bob");
    rig.stored(rig.toGroup(TRIP, "ann", AppendRig.text("hello")));
    rig.add(TRIP, "ann", "cid");

    assertThat(rig.send(rig.toGroup(TRIP, "bob", referring(BodyKind.REACTION, 2))))
        .isInstanceOf(Outcome.Stored.class);
    assertThat(rig.refusal(rig.toGroup(TRIP, "cid", referring(BodyKind.REACTION, 2))))
        .isEqualTo("TARGET_UNKNOWN");
    assertThat(rig.refusal(rig.toGroup(TRIP, "bob", referring(BodyKind.REACTION, 77))))
        .isEqualTo("TARGET_UNKNOWN");
    assertThat(rig.refusal(rig.toGroup(TRIP, "bob", referring(BodyKind.REACTION, 1))))
        .isEqualTo("TARGET_NOT_ALLOWED");
  }

  private static MessageBody referring(BodyKind kind, long seq) {
    return new MessageBody(kind, seq, new byte[] {(byte) kind.code(), (byte) seq});
  }

  private List<String> names(String user) {
    return rig.service.members(TRIP, user).members().stream().map(Member::userId).toList();
  }

  private History history(String user) {
    return rig.service.history(TRIP, user, Ranges.newest(50));
  }

  private static void refused(String reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.reason().name()).isEqualTo(reason));
  }
}
