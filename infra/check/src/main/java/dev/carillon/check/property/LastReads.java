package dev.carillon.check.property;

import dev.carillon.check.history.Device;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import dev.carillon.check.history.History.DeviceConversation;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// What those who read everything at the end found, by conversation, reader and number.
final class LastReads {
  private final Map<String, Map<DeviceConversation, Map<Long, Fact>>> reads = new HashMap<>();
  private final History history;

  LastReads(History history) {
    this.history = history;
    history
        .lastReads()
        .forEach((reader, facts) -> {
          Map<Long, Fact> bySeq = new TreeMap<>();
          facts.forEach(fact -> bySeq.putIfAbsent(fact.seq(), fact));
          reads
              .computeIfAbsent(reader.conversation(), absent -> new HashMap<>())
              .put(reader, bySeq);
        });
  }

  /// Shows what every reader that may read a message found in its place.
  void at(String conversation, long seq, BiConsumer<Device, @Nullable Fact> found) {
    reads
        .getOrDefault(conversation, Map.of())
        .forEach((reader, read) -> {
          if (history.memberships().seesAtTheEnd(conversation, reader.device().user(), seq)) {
            found.accept(reader.device(), read.get(seq));
          }
        });
  }

  /// What anybody found, by conversation and number.
  Map<String, Map<Long, Fact>> found() {
    Map<String, Map<Long, Fact>> found = new HashMap<>();
    reads.forEach((conversation, byReader) ->
        byReader
            .values()
            .forEach(read ->
                read.forEach((seq, fact) ->
                    found
                        .computeIfAbsent(conversation, absent -> new TreeMap<>())
                        .put(seq, fact))));
    return found;
  }
}
