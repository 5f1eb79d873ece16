package dev.carillon.message.mailbox;

import java.util.Optional;
import java.util.OptionalLong;

/// A device's request for one page of its mailbox.
///
/// @param device whose page
/// @param token came with the page before, which this acknowledges; empty: the first page of a sync
/// @param afterVersion for a first page the version up to which the device says to be complete;
///   empty: up to where it acknowledged last
/// @param threads how many threads the page may hold, at least 1
/// @param messagesPerThread how many of its newest messages come with a thread, at least 0
public record SyncRequest(
    Device device,
    Optional<PageToken> token,
    OptionalLong afterVersion,
    int threads,
    int messagesPerThread) {}
