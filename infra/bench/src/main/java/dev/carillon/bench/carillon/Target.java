package dev.carillon.bench.carillon;

import com.google.protobuf.ByteString;

/// The conversation that a device is in.
///
/// @param conversation its id, 16 bytes
/// @param peer the other person of a direct conversation; empty for a group
record Target(ByteString conversation, String peer) {}
