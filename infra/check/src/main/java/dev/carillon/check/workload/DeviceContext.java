package dev.carillon.check.workload;

import dev.carillon.check.history.Recorder;
import dev.carillon.wire.Loop;
import java.time.Duration;
import java.util.function.Function;

/// What every device of a run shares.
///
/// @param recorder where it notes what happens
/// @param loop reads for all devices without the SDK
/// @param endpoints where it reaches the gateways
/// @param tokens gives a new token for a user, another one every time
/// @param patience how long an attempt to send may take before its outcome counts as unknown
record DeviceContext(
    Recorder recorder,
    Loop loop,
    Endpoints endpoints,
    Function<String, String> tokens,
    Duration patience) {}
