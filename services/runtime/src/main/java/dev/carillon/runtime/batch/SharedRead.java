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
}
