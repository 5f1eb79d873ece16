package dev.carillon.check.property;

import dev.carillon.check.history.History;

/// A reply has a greater number than everything its sender had read.
final class WritesFollowReads {
  private WritesFollowReads() {}

  static void check(History history, Findings findings) {
    Acknowledged.of(history)
        .filter(sent -> sent.send().first().readSeq() >= sent.seq())
        .forEach(sent ->
            findings.add(
                "%s was stored as seq %d, but its sender had read seq %d (expected: after it)"
                    .formatted(sent.send(), sent.seq(), sent.send().first().readSeq()),
                sent::events));
  }
}
