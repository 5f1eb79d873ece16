package dev.carillon.check.history;

/// A thread of a mailbox as a sync returned it.
///
/// @param conversation the conversation's id in hex
/// @param version the mailbox version at which it last changed
/// @param lastSeq its newest message
public record ThreadState(String conversation, long version, long lastSeq) {}
