/// Traces and metrics: the OpenTelemetry set-up, cheap instruments and the Prometheus text form.
@NullMarked
package dev.carillon.runtime.telemetry;

import org.jspecify.annotations.NullMarked;
