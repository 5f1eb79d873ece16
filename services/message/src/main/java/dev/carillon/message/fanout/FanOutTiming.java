package dev.carillon.message.fanout;

import dev.carillon.runtime.batch.BatchInterval;
import java.util.function.LongSupplier;

/// The clock of fan-out, and how long its loops pause after a batch.
///
/// @param nanos a monotonic clock in nanoseconds
/// @param interval the pauses
public record FanOutTiming(LongSupplier nanos, BatchInterval interval) {}
