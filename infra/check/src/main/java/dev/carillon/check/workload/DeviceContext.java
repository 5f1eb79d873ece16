package dev.carillon.check.workload;

import dev.carillon.check.history.Recorder;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;

/// What every device of a run shares.
///
/// @param recorder where it notes what happens
/// @param timers on which only short work may run
/// @param endpoints where it reaches the gateways
/// @param tokens gives a new token for a user, another one every time
/// @param patience how long an attempt to send may take before its outcome counts as unknown
record DeviceContext(
    Recorder recorder,
    ScheduledExecutorService timers,
    Endpoints endpoints,
    Function<String, String> tokens,
    Duration patience) {}
