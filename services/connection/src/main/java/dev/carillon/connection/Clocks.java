package dev.carillon.connection;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/// The clocks of a gateway.
///
/// @param wall the time of day, for tokens, tickets and the dates of connections
/// @param nanos the monotonic clock, in nanoseconds, for everything that waits
record Clocks(InstantSource wall, LongSupplier nanos) {}
