package dev.carillon.runtime.failpoints;

/// The hook that a service calls at each of its [FailPoint]s.
///
/// Threads: any, event loops included. In production it does nothing and costs a call that the
/// compiler removes. In a test it may end the process, wait, or throw: what it throws looks as if
/// the database ([dev.carillon.runtime.mysql.MySqlException]) or the other side
/// ([dev.carillon.runtime.errors.Refusal]) had been lost at this very moment.
@FunctionalInterface
public interface FailPoints {
  /// Nothing ever goes wrong on purpose.
  FailPoints NONE = point -> {};

  /// This place is passed.
  void at(FailPoint point);
}
