package dev.carillon.check.report;

import dev.carillon.check.property.Property;
import dev.carillon.check.property.Violation;
import java.util.List;

/// What came out of a run.
///
/// @param setting what was run, in a line
/// @param again the command that runs it again
/// @param counts how much happened
/// @param held messages that were due and not sent because their device had too many unanswered
/// @param timeline second by second
/// @param recoveries one for each fault
/// @param judgements one for each property
public record Verdict(
    String setting,
    String again,
    Counts counts,
    long held,
    Timeline timeline,
    List<Recovery> recoveries,
    List<Judgement> judgements) {
  /// What one property says.
  public record Judgement(Property property, List<Violation> violations) {
    /// Copies the list.
    public Judgement {
      violations = List.copyOf(violations);
    }

    /// Whether the promise was kept.
    public boolean kept() {
      return violations.isEmpty();
    }
  }

  /// Copies the lists.
  public Verdict {
    recoveries = List.copyOf(recoveries);
    judgements = List.copyOf(judgements);
  }

  /// Whether all promises were kept.
  public boolean kept() {
    return judgements.stream().allMatch(Judgement::kept);
  }

  /// The verdict in a sentence.
  public String conclusion() {
    long broken = judgements.stream().filter(judgement -> !judgement.kept()).count();
    return broken == 0
        ? "The contract was kept: all %d promises.".formatted(judgements.size())
        : "THE CONTRACT WAS BROKEN: %d of %d promises.".formatted(broken, judgements.size());
  }
}
