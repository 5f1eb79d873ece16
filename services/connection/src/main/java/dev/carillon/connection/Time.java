package dev.carillon.connection;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/// The clocks of a gateway.
///
/// @param wall for what people and tokens call time
/// @param nanos monotonic, for everything that waits
record Time(InstantSource wall, LongSupplier nanos) {}
