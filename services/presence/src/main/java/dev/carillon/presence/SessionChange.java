package dev.carillon.presence;

/// A device that connected, or one that disconnected.
record SessionChange(DeviceSession session, boolean connected) {}
