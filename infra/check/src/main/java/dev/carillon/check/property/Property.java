package dev.carillon.check.property;

import dev.carillon.check.history.History;
import java.util.List;

/// A promise of the delivery contract that a history keeps or breaks. Stateless; for use by any
/// thread.
public interface Property {
  /// Its name in reports, a few words.
  String name();

  /// What is promised, in a sentence.
  String promise();

  /// Every place where the history breaks the promise; none when it is kept.
  List<Violation> check(History history);
}
