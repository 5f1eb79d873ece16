package dev.carillon.message.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.MessageError;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.message.store.FakeConversationStore;
import dev.carillon.message.store.FakeConversationStore.Mishap;
import dev.carillon.runtime.errors.Refusal;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// That a change of a group is carried out once, however many copies of it arrive, and whenever.
final class MembershipRepeatsTest {
  private static final ConversationId TRIP = AppendRig.group(1);

  private final FakeConversationStore store = new FakeConversationStore();
  private final AppendRig rig = new AppendRig(store);

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void doesNotRemoveSomebodyWhoIsBack() {
    rig.create(TRIP, "ann", "bob", "cid");
    MessageKey removal = rig.change(TRIP, "ann");
    rig.service.removeMembers(removal, List.of("bob", "cid", "eve"));
    rig.add(TRIP, "ann", "cid", "bob");

    assertThat(rig.service.removeMembers(removal, List.of("bob", "cid", "eve")))
        .isEqualTo(new Outcome.MembersChanged(List.of("bob", "cid"), 2, true));
    assertThat(names()).containsExactly("ann", "cid", "bob");
  }

  @Test
  void doesNotBringBackSomebodyWhoLeft() {
    rig.create(TRIP, "ann", "bob");
    MessageKey addition = rig.change(TRIP, "ann");
    rig.service.addMembers(addition, List.of("bob", "cid"));
    rig.remove(TRIP, "cid", "cid");

    assertThat(rig.service.addMembers(addition, List.of("cid", "bob")))
        .isEqualTo(new Outcome.MembersChanged(List.of("cid"), 2, true));
    assertThat(names()).containsExactly("ann", "bob");
  }

  @Test
  void letsSomebodyLeaveOnceWhoIsNoMemberBetweenTheCopies() {
    rig.create(TRIP, "ann", "bob");
    MessageKey leaving = rig.change(TRIP, "bob");
    rig.service.removeMembers(leaving, List.of("bob"));
    Outcome left = new Outcome.MembersChanged(List.of("bob"), 2, true);

    assertThat(rig.service.removeMembers(leaving, List.of("bob"))).isEqualTo(left);
    rig.add(TRIP, "ann", "bob");
    assertThat(rig.service.removeMembers(leaving, List.of("bob"))).isEqualTo(left);
    assertThat(names()).containsExactly("ann", "bob");
  }

  @Test
  void answersARepeatOfSomebodyWhoMayNotAskAnyMore() {
    rig.create(TRIP, "ann", "bob");
    MessageKey addition = rig.change(TRIP, "bob");
    rig.service.addMembers(addition, List.of("cid"));
    rig.remove(TRIP, "ann", "bob");

    assertThat(rig.service.addMembers(addition, List.of("cid")).duplicate()).isTrue();
  }

  @Test
  void doesNotCreateAGroupAsItOnceWas() {
    rig.create(TRIP, "ann", "bob");
    rig.remove(TRIP, "ann", "bob");

    assertThat(rig.create(TRIP, "ann", "bob")).isEqualTo(new Outcome.Stored(1, 0, true));
    assertThat(names()).containsExactly("ann");
  }

  @Test
  void refusesAnIdThatNamesSomethingElse() {
    rig.create(TRIP, "ann", "bob");
    Change.Post post = rig.toGroup(TRIP, "ann", AppendRig.text("hello"));
    rig.stored(post);
    MessageKey addition = rig.change(TRIP, "ann");
    rig.service.addMembers(addition, List.of("cid"));
    MessageKey opening = store.all(TRIP).getFirst().key();

    refused(() -> rig.service.addMembers(addition, List.of("dan")));
    refused(() -> rig.service.addMembers(addition, List.of("cid", "bob")));
    refused(() -> rig.service.removeMembers(addition, List.of("cid")));
    refused(() -> rig.service.addMembers(post.key(), List.of("dan")));
    refused(() -> rig.service.removeMembers(opening, List.of("bob")));
    Change.Post text = new Change.Post(addition, "", AppendRig.text("hello"), false, "");
    assertThat(rig.refusal(text)).isEqualTo("CLIENT_ID_REUSED");
    assertThat(
            rig.service
                .addMembers(
                    new MessageKey(TRIP, "bob", post.key().clientMessageId()), List.of("dan"))
                .users())
        .containsExactly("dan");
    assertThat(names()).containsExactly("ann", "bob", "cid", "dan");
  }

  @Test
  void knowsAChangeWhoseAnswerTheFormerOwnerDidNotGive() {
    rig.create(TRIP, "ann", "bob");
    MessageKey removal = rig.change(TRIP, "ann");
    rig.service.removeMembers(removal, List.of("bob"));
    rig.add(TRIP, "ann", "bob");

    try (AppendRig next = new AppendRig(store, rig.sequence)) {
      assertThat(next.service.removeMembers(removal, List.of("bob")).duplicate()).isTrue();
      assertThat(next.service.members(TRIP, "bob").members()).hasSize(2);
    }
  }

  @Test
  void tellsTheOneWhoseCommitWasInDoubtFromACopyOfIt() {
    rig.create(TRIP, "ann", "bob");
    MessageKey removal = rig.change(TRIP, "ann");
    store.next(Mishap.COMMITS_SILENTLY);

    assertThat(rig.service.removeMembers(removal, List.of("bob")).duplicate()).isFalse();
    assertThat(rig.service.removeMembers(removal, List.of("bob")).duplicate()).isTrue();
    assertThat(store.all(TRIP)).hasSize(2);
  }

  private List<String> names() {
    return rig.service.members(TRIP, "ann").members().stream().map(Member::userId).toList();
  }

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.reason()).isEqualTo(MessageError.CLIENT_ID_REUSED));
  }
}
