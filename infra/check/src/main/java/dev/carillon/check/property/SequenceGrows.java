package dev.carillon.check.property;

import dev.carillon.check.history.History;
import java.util.List;
import java.util.stream.Collectors;

/// Numbers only grow: whoever begins to send after an acknowledgement gets a greater number, and no
/// number is zero or less.
final class SequenceGrows {
  private SequenceGrows() {}

  static void check(History history, Findings findings) {
    List<Acknowledged> all = Acknowledged.of(history).toList();
    all.stream()
        .filter(sent -> sent.seq() < 1 || sent.stored().prevSeq() >= sent.seq())
        .forEach(sent ->
            findings.add(
                "%s was stored as seq %d after %d (expected: greater than the one before, from 1)"
                    .formatted(sent.send(), sent.seq(), sent.stored().prevSeq()),
                sent::events));
    all.stream()
        .collect(Collectors.groupingBy(sent -> sent.send().conversation()))
        .values()
        .forEach(sends ->
            Acknowledged.overtaken(
                sends,
                (earlier, later) ->
                    findings.add(
                        "%s got seq %d, though seq %d had been acknowledged before it was sent"
                            .formatted(later.send(), later.seq(), earlier.seq()),
                        earlier::events,
                        later::events)));
  }
}
