package dev.carillon.message.store;

import java.util.OptionalLong;

/// Which part of a conversation's history is wanted.
///
/// @param after only messages with a greater seq; absent: from the beginning
/// @param before only messages with a smaller seq; absent: up to the newest
/// @param limit how many at most: the ones right after `after`, or, without it, the newest ones
public record HistoryRange(OptionalLong after, OptionalLong before, int limit) {}
