package dev.carillon.message.append;

import dev.carillon.message.append.AppendEvent.Task;
import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.ClientMessageId;
import dev.carillon.message.conversation.ConversationKind;
import dev.carillon.message.conversation.GroupContent;
import dev.carillon.message.conversation.HistoryPolicy;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.MessageError;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.message.conversation.Place;
import dev.carillon.message.conversation.Profile;
import dev.carillon.message.conversation.Roster;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.runtime.errors.Reason;
import dev.carillon.runtime.errors.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rules for groups: who may create, add, remove and leave, and which notices announce it.
final class GroupRules {
  private static final Outcome NOBODY = new Outcome.MembersChanged(List.of(), 0, false);

  private final int maxMembers;

  /// @param maxMembers how many members a group may have
  GroupRules(int maxMembers) {
    this.maxMembers = maxMembers;
  }

  void create(Draft draft, Task task, Change.CreateGroup create) {
    Outcome repeat = draft.repeatOf(task, null);
    Refusal refusal =
        draft.profile() == null
            ? tooMany(create.members().size() + 1)
            : refusal(MessageError.CONVERSATION_EXISTS, draft, "the id of no other conversation");
    if (repeat != null) {
      draft.answer(task, repeat);
    } else if (refusal != null) {
      draft.answer(task, new Outcome.Refused(refusal));
    } else {
      begin(draft, task, create);
    }
  }

  private void begin(Draft draft, Task task, Change.CreateGroup create) {
    MessageKey key = create.key();
    String owner = key.sender();
    draft.become(
        new Profile(ConversationKind.GROUP, owner, "", create.title(), create.historyPolicy()));
    List<String> founders = new ArrayList<>(List.of(owner));
    founders.addAll(create.members());
    Place opening = null;
    for (int from = 0; from < founders.size(); from += GrpcMembershipNotice.MAX_NAMES) {
      List<String> named =
          founders.subList(from, Math.min(founders.size(), from + GrpcMembershipNotice.MAX_NAMES));
      MessageKey noticeKey = numbered(key, from / GrpcMembershipNotice.MAX_NAMES);
      Place place = draft.append(noticeKey, new GrpcMembershipNotice(named, true, 0).body(), "");
      if (place == null) {
        return;
      }
      opening = opening == null ? place : opening;
    }
    if (opening != null) {
      draft.join(members(founders, opening.seq(), 0));
      draft.answer(task, new Outcome.Stored(opening.seq(), 0, false));
    }
  }

  void change(Draft draft, Task task, Change.ChangeMembers change) {
    boolean adds = change.adds();
    long request = GroupContent.ofChange(adds, change.members());
    if (repeated(draft, task, request)) {
      return;
    }
    List<String> names =
        change.members().stream()
            .filter(name -> draft.roster().find(name).isEmpty() == adds)
            .toList();
    Refusal refusal = mayChange(draft, change);
    if (refusal == null && adds && !names.isEmpty()) {
      refusal = tooMany(draft.roster().size() + names.size());
    }
    if (refusal != null || names.isEmpty()) {
      draft.answer(task, refusal == null ? NOBODY : new Outcome.Refused(refusal));
      return;
    }
    GrpcMembershipNotice notice = new GrpcMembershipNotice(names, adds, request);
    Place place = draft.append(change.key(), notice.body(), "");
    if (place != null) {
      carryOut(draft, adds, names, place.seq());
      draft.answer(task, new Outcome.MembersChanged(names, place.seq(), false));
    }
  }

  private static @Nullable Refusal mayChange(Draft draft, Change.ChangeMembers change) {
    Profile profile = draft.profile();
    if (profile == null) {
      return refusal(MessageError.CONVERSATION_UNKNOWN, draft, "an existing conversation");
    }
    if (profile.kind() != ConversationKind.GROUP) {
      return refusal(MessageError.NOT_A_GROUP, draft, "a group");
    }
    String user = change.key().sender();
    boolean leaves = !change.adds() && change.members().equals(List.of(user));
    if (draft.roster().find(user).isEmpty()) {
      // Leaving twice is a repeat and no offence.
      return leaves ? null : refusal(MessageError.NOT_A_MEMBER, draft, user, "a member");
    }
    return change.adds() || leaves || profile.owner().equals(user)
        ? null
        : refusal(MessageError.NOT_THE_OWNER, draft, user, "the owner");
  }

  private @Nullable Refusal tooMany(int members) {
    return members <= maxMembers
        ? null
        : new Refusal(
            MessageError.TOO_MANY_MEMBERS,
            "members: " + members + " (expected: " + maxMembers + " at most)");
  }

  private static Refusal refusal(Reason reason, Draft draft, String expected) {
    return new Refusal(reason, "conversation_id: " + draft.id() + " (expected: " + expected + ")");
  }

  private static Refusal refusal(Reason reason, Draft draft, String user, String expected) {
    return new Refusal(
        reason, "user_id: " + user + " (expected: " + expected + " of " + draft.id() + ")");
  }

  private static void carryOut(Draft draft, boolean adds, List<String> names, long seq) {
    if (adds) {
      boolean all = draft.existing().historyPolicy() == HistoryPolicy.ALL;
      draft.join(members(names, seq, all ? 0 : seq - 1));
    } else {
      draft.leave(
          names.stream()
              .flatMap(name -> draft.roster().find(name).stream())
              .map(member -> member.left(seq))
              .toList());
      passOwnership(draft);
    }
  }

  /// The longest-standing member follows an owner who left; an empty group keeps the last one.
  private static void passOwnership(Draft draft) {
    Roster left = draft.roster();
    if (left.size() > 0 && left.find(draft.existing().owner()).isEmpty()) {
      draft.become(draft.existing().ownedBy(left.members().getFirst().userId()));
    }
  }

  /// Answers a change that was carried out before with what it did then, whatever became of the
  /// members since.
  private static boolean repeated(Draft draft, Task task, long request) {
    StoredMessage stored = draft.found(task.change.key());
    if (stored == null) {
      return false;
    }
    Outcome kept = draft.kept(task, stored);
    draft.answer(task, kept == null ? repeat(stored, request) : kept);
    return true;
  }

  private static Outcome repeat(StoredMessage stored, long request) {
    if (stored.body().kind() == BodyKind.MEMBERSHIP) {
      GrpcMembershipNotice notice = GrpcMembershipNotice.of(stored.body());
      if (notice.request() == request) {
        return new Outcome.MembersChanged(notice.users(), stored.seq(), true);
      }
    }
    return Draft.reused(stored.key(), stored.seq());
  }

  private static List<Member> members(List<String> names, long joinSeq, long visibleAfterSeq) {
    List<Member> members = new ArrayList<>(names.size());
    for (String name : names) {
      members.add(new Member(name, joinSeq, members.size(), visibleAfterSeq, 0));
    }
    return members;
  }

  /// The key of the `index`th notice of one change.
  private static MessageKey numbered(MessageKey key, int index) {
    ClientMessageId id = key.clientMessageId();
    return new MessageKey(
        key.conversation(), key.sender(), new ClientMessageId(id.high(), id.low() + index));
  }
}
