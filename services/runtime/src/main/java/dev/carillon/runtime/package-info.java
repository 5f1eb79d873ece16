/// The ground of every service: settings, errors, gRPC, discovery, slots, telemetry and stores.
@NullMarked
package dev.carillon.runtime;

import org.jspecify.annotations.NullMarked;
