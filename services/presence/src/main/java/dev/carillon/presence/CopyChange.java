package dev.carillon.presence;

/// One change of the directory's copy: a session that came, or one that went.
record CopyChange(int slot, DeviceSession session, boolean connected) {}
