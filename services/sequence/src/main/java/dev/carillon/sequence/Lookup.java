package dev.carillon.sequence;

import java.util.concurrent.CompletableFuture;

/// Somebody's wish to know the durable end of a key that is not in memory.
record Lookup(SlotMemory memory, SequenceKey key, long epoch, CompletableFuture<Long> answer)
    implements StoreJob {}
