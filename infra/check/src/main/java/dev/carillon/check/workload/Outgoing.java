package dev.carillon.check.workload;

import dev.carillon.check.history.Conversation;

/// A message of the load.
///
/// @param id the message's id in hex
/// @param text what it says
/// @param intendedAt when it was due
record Outgoing(Conversation conversation, String id, String text, long intendedAt) {}
