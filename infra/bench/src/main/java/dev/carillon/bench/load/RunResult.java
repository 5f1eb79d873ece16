package dev.carillon.bench.load;

import java.util.List;
import java.util.Map;

/// What came of one run.
///
/// @param messages how many were measured
/// @param deliveries how often a measured one reached a device
/// @param pulled how often a device had to ask for a message, because it was behind or because it
///   had not been handed it; warm-up included
/// @param unanswered how many got no answer at all, warm-up included
/// @param refusals how many were refused, by reason, warm-up included
/// @param stored from due to the sender's acknowledgement
/// @param delivered from due to each receiver
/// @param lastRecipient from due to the last receiver
/// @param violations broken promises, warm-up included
public record RunResult(
    int messages,
    long deliveries,
    long pulled,
    int unanswered,
    Map<String, Long> refusals,
    Percentiles stored,
    Percentiles delivered,
    Percentiles lastRecipient,
    List<Violation> violations) {
  public RunResult {
    refusals = Map.copyOf(refusals);
    violations = List.copyOf(violations);
  }
}
