package dev.carillon.presence;

/// One device that connected, or one that is gone.
record SessionChange(DeviceSession session, boolean connected) {}
