package dev.carillon.message.conversation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// The present members of a conversation, in the order of joining; immutable.
public final class Roster {
  public static final Roster EMPTY = new Roster(List.of());

  private static final Comparator<Member> BY_JOINING =
      Comparator.comparingLong(Member::joinSeq).thenComparingInt(Member::joinIndex);

  // A pair is looked through faster than hashed.
  private static final int SMALL = 4;

  private final List<Member> members;
  private final Map<String, Member> byUser;

  private Roster(List<Member> members) {
    this.members = members;
    this.byUser = members.size() <= SMALL ? Map.of() : index(members);
  }

  public static Roster of(List<Member> members) {
    return new Roster(members.stream().filter(Member::present).sorted(BY_JOINING).toList());
  }

  /// The members of a conversation: of a group those that are `stored`, see [#direct] else.
  public static Roster of(Head head, Supplier<List<Member>> stored) {
    return head.profile().kind() == ConversationKind.DIRECT
        ? direct(head.profile(), head.firstSeq())
        : of(stored.get());
  }

  /// The one or two people of a direct conversation; they are members from its first message on,
  /// for ever.
  public static Roster direct(Profile profile, long firstSeq) {
    Member owner = new Member(profile.owner(), firstSeq, 0, 0, 0);
    if (profile.peer().equals(profile.owner())) {
      return new Roster(List.of(owner));
    }
    return new Roster(List.of(owner, new Member(profile.peer(), firstSeq, 1, 0, 0)));
  }

  public List<Member> members() {
    return members;
  }

  public int size() {
    return members.size();
  }

  public Optional<Member> find(String userId) {
    if (members.size() > SMALL) {
      return Optional.ofNullable(byUser.get(userId));
    }
    return members.stream().filter(member -> member.userId().equals(userId)).findFirst();
  }

  public Roster with(List<Member> joined) {
    List<Member> all = new ArrayList<>(members);
    all.addAll(joined);
    return of(all);
  }

  public Roster without(List<Member> left) {
    Map<String, Member> gone = index(left);
    return new Roster(
        members.stream().filter(member -> !gone.containsKey(member.userId())).toList());
  }

  private static Map<String, Member> index(List<Member> members) {
    Map<String, Member> byUser = HashMap.newHashMap(members.size());
    members.forEach(member -> byUser.put(member.userId(), member));
    return byUser;
  }
}
