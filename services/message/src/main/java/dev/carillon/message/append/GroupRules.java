package dev.carillon.message.append;

import dev.carillon.message.append.AppendQueue.Task;
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

/// The rules for groups: who may create, add, remove and leave, and which notices tell of it.
final class GroupRules {
  private static final Outcome NOBODY = new Outcome.MembersChanged(List.of(), 0, false);

  private final int maxMembers;

  /// @param maxMembers how many members a group may have
  GroupRules(int maxMembers) {
    this.maxMembers = maxMembers;
  }

  void create(Draft draft, Task task, Change.CreateGroup create) {
    Outcome repeat = draft.repeatOf(task, null);
    if (repeat != null) {
      draft.answer(task, repeat);
    } else if (draft.profile() != null) {
      refuse(draft, task, MessageError.CONVERSATION_EXISTS, "the id of no other conversation");
    } else if (create.members().size() + 1 > maxMembers) {
      refuseSize(draft, task, create.members().size() + 1);
    } else {
      begin(draft, task, create);
    }
  }

  private void begin(Draft draft, Task task, Change.CreateGroup create) {
    MessageKey key = create.key();
    String owner = key.sender();
    draft.create(
        new Profile(ConversationKind.GROUP, owner, "", create.title(), create.historyPolicy()));
    List<String> founders = new ArrayList<>(List.of(owner));
    founders.addAll(create.members());
    Place opening = null;
    for (int from = 0; from < founders.size(); from += GrpcMembershipNotice.MAX_NAMES) {
      List<String> named =
          founders.subList(from, Math.min(founders.size(), from + GrpcMembershipNotice.MAX_NAMES));
      MessageKey noticeKey = numbered(key, from / GrpcMembershipNotice.MAX_NAMES);
      Place place =
          draft.append(noticeKey, new GrpcMembershipNotice(named, List.of(), 0).body(), "");
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

  void add(Draft draft, Task task, Change.AddMembers add) {
    long request = GroupContent.ofAddition(add.members());
    if (repeated(draft, task, request) || !isGroup(draft, task)) {
      return;
    }
    String user = add.key().sender();
    if (draft.roster().find(user).isEmpty()) {
      draft.answer(task, new Outcome.Refused(stranger(draft, user)));
      return;
    }
    List<String> added =
        add.members().stream().filter(name -> draft.roster().find(name).isEmpty()).toList();
    if (added.isEmpty()) {
      draft.answer(task, NOBODY);
    } else if (draft.roster().size() + added.size() > maxMembers) {
      refuseSize(draft, task, draft.roster().size() + added.size());
    } else {
      GrpcMembershipNotice notice = new GrpcMembershipNotice(added, List.of(), request);
      Place place = draft.append(add.key(), notice.body(), "");
      if (place != null) {
        boolean all = draft.existing().historyPolicy() == HistoryPolicy.ALL;
        draft.join(members(added, place.seq(), all ? 0 : place.seq() - 1));
        draft.answer(task, new Outcome.MembersChanged(added, place.seq(), false));
      }
    }
  }

  void remove(Draft draft, Task task, Change.RemoveMembers remove) {
    long request = GroupContent.ofRemoval(remove.members());
    if (repeated(draft, task, request) || !isGroup(draft, task)) {
      return;
    }
    List<Member> leaving =
        remove.members().stream().flatMap(name -> draft.roster().find(name).stream()).toList();
    @Nullable Refusal refusal = mayRemove(draft, remove);
    if (refusal != null || leaving.isEmpty()) {
      draft.answer(task, refusal == null ? NOBODY : new Outcome.Refused(refusal));
      return;
    }
    List<String> names = leaving.stream().map(Member::userId).toList();
    GrpcMembershipNotice notice = new GrpcMembershipNotice(List.of(), names, request);
    Place place = draft.append(remove.key(), notice.body(), "");
    if (place != null) {
      draft.leave(leaving.stream().map(member -> member.left(place.seq())).toList());
      passOwnership(draft);
      draft.answer(task, new Outcome.MembersChanged(names, place.seq(), false));
    }
  }

  private static @Nullable Refusal mayRemove(Draft draft, Change.RemoveMembers remove) {
    String user = remove.key().sender();
    boolean onlyItself = remove.members().equals(List.of(user));
    if (draft.roster().find(user).isEmpty()) {
      // Leaving twice is a repeat and no offence.
      return onlyItself ? null : stranger(draft, user);
    }
    if (onlyItself || draft.existing().owner().equals(user)) {
      return null;
    }
    return new Refusal(
        MessageError.NOT_THE_OWNER,
        "user_id: " + user + " (expected: the owner of " + draft.id() + ")");
  }

  /// The longest-standing member follows an owner who left; an empty group keeps the last one.
  private static void passOwnership(Draft draft) {
    Roster left = draft.roster();
    if (left.size() > 0 && left.find(draft.existing().owner()).isEmpty()) {
      draft.changeOwner(left.members().getFirst().userId());
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
        List<String> users = notice.added().isEmpty() ? notice.removed() : notice.added();
        return new Outcome.MembersChanged(users, stored.seq(), true);
      }
    }
    return Draft.reused(stored.key(), stored.place());
  }

  private static boolean isGroup(Draft draft, Task task) {
    Profile profile = draft.profile();
    if (profile == null) {
      refuse(draft, task, MessageError.CONVERSATION_UNKNOWN, "an existing conversation");
      return false;
    }
    if (profile.kind() != ConversationKind.GROUP) {
      refuse(draft, task, MessageError.NOT_A_GROUP, "a group");
      return false;
    }
    return true;
  }

  private static void refuse(Draft draft, Task task, Reason reason, String expected) {
    draft.refuse(task, reason, "conversation_id: " + draft.id() + " (expected: " + expected + ")");
  }

  private static Refusal stranger(Draft draft, String user) {
    return new Refusal(
        MessageError.NOT_A_MEMBER,
        "user_id: " + user + " (expected: a member of " + draft.id() + ")");
  }

  private void refuseSize(Draft draft, Task task, int size) {
    draft.refuse(
        task,
        MessageError.TOO_MANY_MEMBERS,
        "members: " + size + " (expected: " + maxMembers + " at most)");
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
