package dev.carillon.message.conversation;

/// The state of a conversation's head row: moved by compare-and-set on `lastSeq` with every append.
///
/// @param firstSeq the seq of its first message
/// @param lastSeq the seq of its newest message
/// @param messageCount how many countable messages it holds
/// @param fannedSeq fan-out is complete up to here (may be behind the truth in memory, never ahead
///   of it)
public record Head(
    ConversationId id,
    Profile profile,
    long firstSeq,
    long lastSeq,
    long messageCount,
    long fannedSeq) {}
