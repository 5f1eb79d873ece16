package dev.carillon.check.property;

import dev.carillon.check.history.History;
import java.util.List;

/// A reply has a greater number than everything its sender had read.
final class WritesFollowReads implements Property {
  @Override
  public String name() {
    return "writes follow reads";
  }

  @Override
  public String promise() {
    return "A reply comes after everything that its sender had been handed.";
  }

  @Override
  public List<Violation> check(History history) {
    Findings findings = new Findings();
    Acknowledged.of(history)
        .filter(sent -> sent.send().first().readSeq() >= sent.seq())
        .forEach(sent ->
            findings.add(
                "%s was stored as seq %d, but its sender had read seq %d (expected: after it)"
                    .formatted(sent.send(), sent.seq(), sent.send().first().readSeq()),
                sent::events));
    return findings.all();
  }
}
