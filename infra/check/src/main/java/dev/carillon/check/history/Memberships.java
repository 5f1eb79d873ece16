package dev.carillon.check.history;

import static java.util.stream.Collectors.groupingBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Who belonged to which conversation when. What the numbers say is exact, for the notices have
/// their places in the one order; when it was is known to lie between a request and the first sight
/// of what it did.
public final class Memberships {
  private final Map<Member, List<Period>> periods = new HashMap<>();
  private final Map<String, List<MembershipChange>> changesOf;

  /// One user in one conversation.
  public record Member(String conversation, String user) {}

  /// A time in which a user belonged to a conversation, from the notice of joining to that of
  /// leaving, and what of its history this entitles to. A former member keeps what it could read
  /// until it joins again.
  ///
  /// @param joinSeq the notice of joining; 0 for a founder
  /// @param visibleAfterSeq messages up to and including this one are not visible
  /// @param leftSeq the notice of leaving; [Long#MAX_VALUE] for a member
  /// @param possiblyFrom before this moment it had certainly not begun
  /// @param surelyFrom from this moment on it had certainly begun
  private record Period(
      long joinSeq, long visibleAfterSeq, long leftSeq, long possiblyFrom, long surelyFrom) {
    /// The same period, ended.
    Period left(long seq) {
      return new Period(joinSeq, visibleAfterSeq, seq, possiblyFrom, surelyFrom);
    }

    /// Whether it entitles to see a message.
    boolean sees(long seq) {
      return visibleAfterSeq < seq && seq <= leftSeq;
    }

    /// Whether one could write a message in it; the notice of one's own leaving too.
    boolean says(Fact fact) {
      return joinSeq < fact.seq()
          && (fact.seq() < leftSeq || (fact.isNotice() && fact.seq() == leftSeq));
    }
  }

  /// @param seen the first sight of every fact
  Memberships(
      Map<String, Conversation> conversations,
      Collection<MembershipChange> changes,
      Map<Fact, Long> seen) {
    changesOf = changes.stream().collect(groupingBy(change -> change.invoked().conversation()));
    Period always = new Period(0, 0, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE);
    conversations.forEach((id, conversation) ->
        conversation.founders().forEach(founder -> begin(id, founder, always)));
    seen.keySet().stream()
        .filter(Fact::isNotice)
        .sorted(Comparator.comparingLong(Fact::seq))
        .forEach(notice -> {
          Conversation conversation = conversations.get(notice.conversation());
          if (conversation != null) {
            apply(notice, seen.getOrDefault(notice, Long.MAX_VALUE), conversation.showsAll());
          }
        });
  }

  private List<MembershipChange> changes(String conversation) {
    return changesOf.getOrDefault(conversation, List.of());
  }

  private void begin(String conversation, String user, Period period) {
    periods
        .computeIfAbsent(new Member(conversation, user), absent -> new ArrayList<>())
        .add(period);
  }

  private void apply(Fact fact, long seenAt, boolean showsAll) {
    Fact.Notice notice = fact.notice();
    if (notice == null) {
      return;
    }
    for (String user : notice.added()) {
      if (present(fact.conversation(), user).isEmpty()) {
        begin(fact.conversation(), user, joined(fact, user, showsAll, seenAt));
      }
    }
    for (String user : notice.removed()) {
      present(fact.conversation(), user)
          .ifPresent(period -> {
            List<Period> all = all(fact.conversation(), user);
            all.set(all.size() - 1, period.left(fact.seq()));
          });
    }
  }

  private Period joined(Fact fact, String user, boolean showsAll, long seenAt) {
    List<MembershipChange> asked = changes(fact.conversation());
    long visibleAfter = showsAll ? 0 : fact.seq() - 1;
    long asker =
        first(
            asked.stream()
                .filter(change -> change.adds(user) && change.mayHaveMade(fact.seq()))
                .map(MembershipChange::invoked),
            Long.MIN_VALUE);
    long told =
        first(
            asked.stream()
                .flatMap(change -> change.changed().stream())
                .filter(changed -> changed.seq() == fact.seq()),
            Long.MAX_VALUE);
    return new Period(fact.seq(), visibleAfter, Long.MAX_VALUE, asker, Math.min(told, seenAt));
  }

  private static long first(Stream<? extends Event> events, long ifNone) {
    return events.mapToLong(Event::at).min().orElse(ifNone);
  }

  private List<Period> all(String conversation, String user) {
    return periods.getOrDefault(new Member(conversation, user), List.of());
  }

  private Optional<Period> present(String conversation, String user) {
    return last(conversation, user).filter(period -> period.leftSeq() == Long.MAX_VALUE);
  }

  /// Whether the user ever belonged to a conversation.
  public boolean everMember(String conversation, String user) {
    return last(conversation, user).isPresent();
  }

  /// The user's latest period, which decides what it may read at the end; empty: never a member.
  private Optional<Period> last(String conversation, String user) {
    List<Period> all = all(conversation, user);
    return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
  }

  /// Whether the user may read a message at the end.
  public boolean seesAtTheEnd(String conversation, String user, long seq) {
    return last(conversation, user).filter(period -> period.sees(seq)).isPresent();
  }

  /// Whether the user may have been entitled to see a message at a moment.
  public boolean maySee(String user, Fact fact, long at) {
    return all(fact.conversation(), user).stream()
        .anyMatch(period -> period.possiblyFrom() <= at && period.sees(fact.seq()));
  }

  /// Whether the user belonged where a message has its place, so that it could write it.
  public boolean maySay(Fact fact) {
    return all(fact.conversation(), fact.sender()).stream().anyMatch(period -> period.says(fact));
  }

  /// Whether the user was certainly entitled to read a message, whenever between two moments the
  /// server looked.
  public boolean surelySees(String conversation, String user, long seq, long from, long to) {
    List<Period> all = all(conversation, user);
    boolean any = false;
    for (int i = 0; i < all.size(); i++) {
      boolean over = i + 1 < all.size() && all.get(i + 1).surelyFrom() < from;
      if (!over && all.get(i).possiblyFrom() <= to) {
        if (!all.get(i).sees(seq)) {
          return false;
        }
        any = true;
      }
    }
    return any;
  }

  /// Whether the user was certainly a member all the time between two moments.
  public boolean surelyMember(String conversation, String user, long from, long to) {
    return all(conversation, user).stream()
        .filter(period -> period.surelyFrom() <= from)
        .anyMatch(period ->
            changes(conversation).stream()
                .filter(change -> change.removes(user) && change.invoked().at() <= to)
                .allMatch(change -> change.overBefore(period.possiblyFrom())));
  }

  /// Whether what lies before a message is hidden from the user: it is where a period begins.
  public boolean beginsAt(String user, Fact fact) {
    return all(fact.conversation(), user).stream()
        .anyMatch(period -> period.sees(fact.seq()) && fact.prevSeq() <= period.visibleAfterSeq());
  }
}
