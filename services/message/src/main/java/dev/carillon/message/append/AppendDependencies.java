package dev.carillon.message.append;

import dev.carillon.message.store.ConversationStore;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.slots.OwnedSlots;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/// What the append path stands on.
///
/// @param store the tables
/// @param sequence where numbers come from
/// @param fanOut what hears of each commit
/// @param slots which slots this instance owns
/// @param limits how much the append path allows itself
/// @param clock tells when messages were stored
/// @param nanos a monotonic clock in nanoseconds, for deadlines and pauses
/// @param interval how long a writer pauses after a transaction
/// @param failPoints where it may be made to crash
/// @param metrics makes its instruments
public record AppendDependencies(
    ConversationStore store,
    SequenceClient sequence,
    FanOut fanOut,
    OwnedSlots slots,
    ConversationLimits limits,
    InstantSource clock,
    LongSupplier nanos,
    BatchInterval interval,
    FailPoints failPoints,
    Metrics metrics) {}
