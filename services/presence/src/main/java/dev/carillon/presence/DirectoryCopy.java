package dev.carillon.presence;

import java.util.List;
import java.util.Optional;

/// The port to the copy of a directory: the owner of a slot writes it, and the next owner starts
/// from it.
///
/// Every owner writes a copy of its own, named by the epoch of its ownership, so what an earlier
/// owner writes late never mixes with what a later one knows. The copy may vanish or be out of date
/// at any moment; it saves work, nothing depends on it. Calls block and belong on a virtual thread.
/// Any call may throw [CopyUnavailableException]; nothing is known then about what was written.
interface DirectoryCopy {
  /// Takes what the previous owner left of a slot, for the owner of `epoch`: it is handed out once,
  /// and an owner that takes it replaces it by a copy of its own. Absent when there is nothing that
  /// is marked whole, or a later owner has been there.
  Optional<List<DeviceSession>> take(int slot, long epoch);

  /// Applies changes in order to the copies of their epochs. A copy keeps its mark of being whole,
  /// when it has one.
  void apply(List<CopyChange> changes);

  /// Replaces the copy of one slot; marks it as whole when the contents are complete. From then on
  /// it is the one that the next owner takes, unless a later owner has been there.
  void replace(int slot, SlotContents contents);

  /// One change: a session that began, or one that ended.
  ///
  /// @param epoch the epoch in which the slot was owned when it changed
  record CopyChange(int slot, long epoch, DeviceSession session, boolean connected) {}

  /// All devices of one slot at one moment.
  ///
  /// @param epoch the epoch in which the slot is owned
  /// @param complete whether every live gateway has announced its devices of the slot
  record SlotContents(long epoch, List<DeviceSession> sessions, boolean complete) {}

  /// Says that the copy cannot be reached just now.
  final class CopyUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CopyUnavailableException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
