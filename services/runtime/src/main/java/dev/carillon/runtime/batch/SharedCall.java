package dev.carillon.runtime.batch;

/// One call that an execution has to answer, alone or beside others.
///
/// The first of the three methods to be called counts; later calls do nothing. All may be called on
/// any thread. Dependents of the answer run on that thread.
///
/// @param <Q> what is asked
/// @param <A> what is answered
public interface SharedCall<Q, A> {
  /// What is asked.
  Q request();

  /// Answers the call.
  void answer(A answer);

  /// Ends the call with a failure of its own.
  void refuse(RuntimeException failure);

  /// Gives the call back without an answer: it is executed once more, alone. A call that was alone
  /// already fails with an [IllegalStateException].
  void handBack();
}
