package dev.carillon.check.property;

import dev.carillon.check.history.Event.HistoryRead;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import dev.carillon.check.history.Memberships.Member;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/// What readings of history owe their readers.
final class Reads {
  private Reads() {}

  /// Shows what readings lack, though their readers knew of it before they asked and were certainly
  /// entitled to it while they read.
  ///
  /// @param known what each user learned of each conversation, by its number
  /// @param since when
  static <K> void lacking(
      History history,
      Map<Member, NavigableMap<Long, K>> known,
      ToLongFunction<K> since,
      BiConsumer<HistoryRead, Map.Entry<Long, K>> found) {
    history
        .events(HistoryRead.class)
        .forEach(read -> {
          Set<Long> there = read.facts().stream().map(Fact::seq).collect(Collectors.toSet());
          known
              .getOrDefault(
                  new Member(read.conversation(), read.device().user()),
                  Collections.emptyNavigableMap())
              .subMap(read.afterSeq(), false, read.beforeSeq(), false)
              .entrySet()
              .stream()
              .filter(one -> since.applyAsLong(one.getValue()) < read.askedAt())
              .filter(one -> read.covers(one.getKey()) && !there.contains(one.getKey()))
              .filter(one -> due(read, one.getKey(), history))
              .forEach(one -> found.accept(read, one));
        });
  }

  private static boolean due(HistoryRead read, long seq, History history) {
    return history
        .memberships()
        .surelySees(read.conversation(), read.device().user(), seq, read.askedAt(), read.at());
  }
}
