package dev.carillon.runtime.slots;

/// The registry keys of one service's slots.
///
/// @param prefix all of them start with it
record SlotKeys(String prefix) {
  static SlotKeys of(String service) {
    return new SlotKeys("/carillon/slots/" + service + "/");
  }

  String key(int slot) {
    return prefix + slot;
  }

  /// The slot of a key below the prefix; -1 for anything that does not name one.
  int slot(String key) {
    try {
      int slot = Integer.parseInt(key, prefix.length(), key.length(), 10);
      return slot >= 0 && slot < Slots.COUNT ? slot : -1;
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
