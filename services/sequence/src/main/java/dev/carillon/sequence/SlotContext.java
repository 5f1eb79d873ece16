package dev.carillon.sequence;

import dev.carillon.runtime.slots.OwnedSlots;
import java.util.function.IntSupplier;
import java.util.function.Predicate;

/// The dependencies that the slots of one writer share.
///
/// @param owned which slots this instance owns
/// @param sizing how many numbers are taken ahead
/// @param queue takes a refill to the store; false when it is full
/// @param waitLimit how many requests may wait for the store
/// @param seconds a clock that only grows
/// @param metrics what is reported
record SlotContext(
    OwnedSlots owned,
    BlockSizing sizing,
    Predicate<StoreJob> queue,
    WaitLimit waitLimit,
    IntSupplier seconds,
    SequenceMetrics metrics) {}
