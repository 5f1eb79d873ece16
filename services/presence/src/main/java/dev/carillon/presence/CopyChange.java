package dev.carillon.presence;

/// One change of the directory's copy: a session that began, or one that ended.
///
/// @param epoch the epoch in which the slot was owned when it changed
record CopyChange(int slot, long epoch, DeviceSession session, boolean connected) {}
