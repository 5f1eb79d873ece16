package dev.carillon.presence;

import java.util.List;

/// All devices of one slot at one moment.
///
/// @param epoch the epoch in which the slot is owned
/// @param complete whether every live gateway has announced its devices of the slot
record SlotContents(long epoch, List<DeviceSession> sessions, boolean complete) {}
