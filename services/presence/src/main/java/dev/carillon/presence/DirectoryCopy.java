package dev.carillon.presence;

import java.util.List;
import java.util.Optional;

/// Where the owner of a slot leaves a copy of its directory, so that the next owner starts warm.
///
/// The copy may vanish or be out of date at any moment; it saves work, nothing depends on it. Calls
/// block and belong on a virtual thread. Any call may throw [CopyUnavailableException]; nothing is
/// known then about what was written.
interface DirectoryCopy {
  /// What the previous owner left of a slot. Absent when it left nothing that is marked whole.
  Optional<List<DeviceSession>> load(int slot);

  /// Applies changes in order. A slot's copy keeps its mark of being whole, when it has one.
  void apply(List<CopyChange> changes);

  /// Replaces the copy of one slot; marks it as whole when the contents are complete.
  void replace(int slot, SlotContents contents);
}
