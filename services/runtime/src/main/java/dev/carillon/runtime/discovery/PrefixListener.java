package dev.carillon.runtime.discovery;

import java.util.List;
import java.util.Map;

/// The receiver of the changes of all keys under one prefix.
///
/// Calls come one at a time and in the order of the store's revisions, on a thread of the registry:
/// an implementation must return quickly and never block.
public interface PrefixListener {
  /// These are all the keys there are; what was known before is void.
  void onSnapshot(Map<String, Entry> entries);

  /// These changes happened since the last call, in this order.
  void onChanges(List<Change> changes);

  /// One change of one key.
  sealed interface Change {
    /// The key that changed.
    String key();

    /// The key was created or got a new value.
    record Put(Entry entry) implements Change {
      @Override
      public String key() {
        return entry.key();
      }
    }

    /// The key was deleted or its lease ended.
    record Deleted(String key) implements Change {}
  }
}
