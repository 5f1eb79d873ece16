package dev.carillon.runtime.errors;

/// A reason that another process gave and that this process need not have in an enum of its own.
public record ForeignReason(String name, Kind kind) implements Reason {}
