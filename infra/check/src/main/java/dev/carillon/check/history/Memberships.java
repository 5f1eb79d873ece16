package dev.carillon.check.history;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// Who belonged to which conversation when. What the numbers say is exact, for the notices have
/// their places in the one order; when it was is known to lie between a request and the first sight
/// of what it did.
public final class Memberships {
  private final Map<Member, List<Period>> periods = new HashMap<>();

  /// One user in one conversation.
  private record Member(String conversation, String user) {}

  /// @param seen the first sight of every fact
  Memberships(
      Map<String, GroupSettings> groupSettings,
      Collection<MembershipChange> changes,
      Map<Fact, Long> seen) {
    Map<String, List<MembershipChange>> changesOf = new HashMap<>();
    changes.forEach(change ->
        changesOf
            .computeIfAbsent(change.invoked().conversation(), absent -> new ArrayList<>())
            .add(change));
    Map<String, NavigableMap<Long, Fact>> notices = new HashMap<>();
    seen.keySet().stream()
        .filter(Fact::isNotice)
        .forEach(notice ->
            notices
                .computeIfAbsent(notice.conversation(), absent -> new TreeMap<>())
                .put(notice.seq(), notice));
    groupSettings.forEach((conversation, settings) -> {
      for (String founder : settings.founders()) {
        begin(conversation, founder, new Period(0, 0, Long.MIN_VALUE, Long.MIN_VALUE));
      }
      List<MembershipChange> asked = changesOf.getOrDefault(conversation, List.of());
      for (Fact notice : notices.getOrDefault(conversation, new TreeMap<>()).values()) {
        apply(notice, settings, asked, seen.getOrDefault(notice, Long.MAX_VALUE));
      }
      periods.replaceAll((member, all) ->
          member.conversation().equals(conversation) ? bounded(all, member.user(), asked) : all);
    });
  }

  private void begin(String conversation, String user, Period period) {
    periods
        .computeIfAbsent(new Member(conversation, user), absent -> new ArrayList<>())
        .add(period);
  }

  private void apply(Fact fact, GroupSettings settings, List<MembershipChange> asked, long seenAt) {
    Fact.Notice notice = fact.notice();
    if (notice == null) {
      return;
    }
    for (String user : notice.added()) {
      if (present(fact.conversation(), user).isEmpty()) {
        begin(fact.conversation(), user, joined(fact, user, settings, asked, seenAt));
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

  private static Period joined(
      Fact fact, String user, GroupSettings settings, List<MembershipChange> asked, long seenAt) {
    long visibleAfter = settings.wholeHistory() ? 0 : fact.seq() - 1;
    long asker =
        asked.stream()
            .filter(change -> change.adds(user) && change.mayHaveMade(fact.seq()))
            .mapToLong(change -> change.invoked().at())
            .min()
            .orElse(Long.MIN_VALUE);
    long told =
        asked.stream()
            .flatMap(change -> change.changed().stream())
            .filter(changed -> changed.seq() == fact.seq())
            .mapToLong(Event::at)
            .min()
            .orElse(Long.MAX_VALUE);
    return new Period(fact.seq(), visibleAfter, asker, Math.min(told, seenAt));
  }

  private static List<Period> bounded(List<Period> all, String user, List<MembershipChange> asked) {
    List<Period> bounded = new ArrayList<>(all.size());
    for (Period period : all) {
      long until =
          asked.stream()
              .filter(change -> change.removes(user) && !change.overBefore(period.possiblyFrom()))
              .mapToLong(change -> change.invoked().at())
              .min()
              .orElse(Long.MAX_VALUE);
      bounded.add(period.endsFrom(until));
    }
    return bounded;
  }

  private List<Period> all(String conversation, String user) {
    return periods.getOrDefault(new Member(conversation, user), List.of());
  }

  private Optional<Period> present(String conversation, String user) {
    return last(conversation, user).filter(period -> period.leftSeq() == Long.MAX_VALUE);
  }

  /// The user's latest period, which decides what it may read at the end; empty: never a member.
  public Optional<Period> last(String conversation, String user) {
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
        .anyMatch(period -> period.surelyFrom() <= from && to < period.possiblyUntil());
  }

  /// Whether what lies before a message is hidden from the user: it is where a period begins.
  public boolean beginsAt(String user, Fact fact) {
    return all(fact.conversation(), user).stream()
        .anyMatch(period -> period.sees(fact.seq()) && fact.prevSeq() <= period.visibleAfterSeq());
  }
}
