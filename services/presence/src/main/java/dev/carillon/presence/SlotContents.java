package dev.carillon.presence;

import java.util.List;

/// Everything known of one slot at one moment.
///
/// @param complete whether every live gateway has announced its devices of the slot
record SlotContents(List<DeviceSession> sessions, boolean complete) {}
