package dev.carillon.bench.load;

/// How long things took, in milliseconds.
///
/// @param count how many were recorded; 0: the rest is 0
public record Percentiles(
    long count, double p50, double p90, double p99, double p999, double max) {}
