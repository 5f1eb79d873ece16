package dev.carillon.bench.scenario;

import java.util.Optional;

/// Whether there is room for the devices of a scenario: every connection is an open file at both of
/// its ends, and processes may open only so many.
///
/// @param ofAProcess how many connections a process may hold
/// @param gateways how many gateways there are
public record Room(int ofAProcess, int gateways) {
  /// What stands against it; empty: nothing.
  public Optional<String> missing(Scenario scenario, int users) {
    // While one is away the others have its devices.
    int taking = scenario == Scenario.STORM ? gateways - 1 : gateways;
    if (users > (long) ofAProcess * taking) {
      return Optional.of(
          "--users: "
              + users
              + " (expected: at most "
              + ofAProcess
              + " for each of "
              + taking
              + " gateways, because a process may open no more files here;"
              + " --instances connection=N gives more)");
    }
    // Idle devices are held by as many generators as are needed.
    if (scenario != Scenario.IDLE && users > ofAProcess) {
      return Optional.of(
          "--users: "
              + users
              + " (expected: at most "
              + ofAProcess
              + ", because the generator may open no more files here)");
    }
    return Optional.empty();
  }
}
