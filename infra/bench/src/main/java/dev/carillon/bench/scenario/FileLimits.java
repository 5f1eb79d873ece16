package dev.carillon.bench.scenario;

import java.util.Optional;

/// The limits of open files, which bound the devices of a scenario: every connection is an open
/// file at both of its ends.
///
/// @param ofAProcess how many connections a process may hold
/// @param gateways how many gateways there are
public record FileLimits(int ofAProcess, int gateways) {
  /// Why a scenario cannot have so many users; empty if it can.
  public Optional<String> missing(Scenario scenario, int users) {
    // While one gateway is down the others serve its devices.
    int taking =
        scenario.traits().contains(Scenario.Trait.LOSES_A_GATEWAY) ? gateways - 1 : gateways;
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
    if (!scenario.traits().contains(Scenario.Trait.SEVERAL_GENERATORS) && users > ofAProcess) {
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
