package dev.carillon.check.property;

import dev.carillon.check.history.History;
import dev.carillon.check.history.Memberships.Member;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Once a message is acknowledged, every reading of history by its sender holds it, from whatever
/// device.
final class ReadYourWrites {
  private ReadYourWrites() {}

  static void check(History history, Findings findings) {
    Map<Member, NavigableMap<Long, Acknowledged>> sentBy = new HashMap<>();
    Acknowledged.of(history)
        .forEach(sent ->
            sentBy
                .computeIfAbsent(
                    new Member(sent.send().conversation(), sent.send().sender()),
                    absent -> new TreeMap<>())
                .merge(
                    sent.seq(),
                    sent,
                    (one, other) -> other.stored().at() < one.stored().at() ? other : one));
    Reads.lacking(
        history,
        sentBy,
        sent -> sent.stored().at(),
        (read, lacking) ->
            findings.add(
                "%s read history without %s, acknowledged before as seq %d (expected: with it)"
                    .formatted(read.device(), lacking.getValue().send(), lacking.getKey()),
                lacking.getValue()::events,
                () -> List.of(read)));
  }
}
