package dev.carillon.runtime.batch;

import java.util.List;

/// Reads what several calls ask for, with statements or requests that they share.
///
/// @param <Q> what is asked
/// @param <A> what is answered
@FunctionalInterface
public interface SharedRead<Q, A> {
  /// Answers calls, at least one, in any order and as soon as each can be. The execution holds its
  /// place until this method has returned and every call was answered, refused or handed back.
  ///
  /// @throws RuntimeException when it failed: the calls that are not answered yet are handed back;
  ///   a call that was alone fails with the exception, and so do all when it is a refusal of kind
  ///   `UNAVAILABLE`
  void read(List<SharedCall<Q, A>> calls);

  /// One call that an execution has to answer, alone or beside others.
  ///
  /// The first of the three methods to be called counts; later calls do nothing. All may be called
  /// on any thread. Dependents of the answer run on that thread.
  interface SharedCall<Q, A> {
    /// What is asked.
    Q request();

    /// Answers the call.
    void answer(A answer);

    /// Ends the call with a failure of its own.
    void refuse(Throwable failure);

    /// Gives the call back without an answer: it is executed once more, alone. A call that was
    /// alone already fails with an [IllegalStateException].
    void handBack();
  }
}
