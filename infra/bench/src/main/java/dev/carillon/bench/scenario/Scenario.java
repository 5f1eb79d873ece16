package dev.carillon.bench.scenario;

import java.util.Set;

/// A kind of work, with what is done when the command line does not say.
///
/// @param name on the command line
/// @param about one line for people
/// @param usual how much is done
/// @param quick how much is done for a quick look, in half a minute or so
/// @param traits what is special about it
/// @param work does it
public record Scenario(
    String name, String about, Plan usual, Plan quick, Set<Trait> traits, Work work) {
  Scenario(String name, String about, Plan usual, Plan quick, Work work, Trait... traits) {
    this(name, about, usual, quick, Set.of(traits), work);
  }

  /// Whether it is special in a way.
  public boolean has(Trait trait) {
    return traits.contains(trait);
  }

  /// Why it cannot have so many users, as every connection is an open file at both of its ends;
  /// empty if it can.
  ///
  /// @param ofAProcess how many connections a process may hold
  /// @param gateways how many gateways there are
  public String missingFiles(int users, int ofAProcess, int gateways) {
    if (has(Trait.NO_DEVICES)) {
      return "";
    }
    // While one gateway is down the others serve its devices.
    int taking = has(Trait.LOSES_A_GATEWAY) ? gateways - 1 : gateways;
    if (users > (long) ofAProcess * taking) {
      return ("--users: %d (expected: at most %d for each of %d gateways, because a process may"
              + " open no more files here; --instances connection=N gives more)")
          .formatted(users, ofAProcess, taking);
    }
    // Idle devices are held by as many generators as are needed.
    if (!has(Trait.SEVERAL_GENERATORS) && users > ofAProcess) {
      return "--users: %d (expected: at most %d, because the generator may open no more files here)"
          .formatted(users, ofAProcess);
    }
    return "";
  }

  /// What is special about a scenario.
  public enum Trait {
    /// Peers can do it too.
    FOR_PEERS,
    /// It asks a service without any device: its users are keys.
    NO_DEVICES,
    /// One gateway is down for a while, and the others serve its devices.
    LOSES_A_GATEWAY,
    /// Its devices are held by as many generators as are needed.
    SEVERAL_GENERATORS
  }

  /// Does it and takes what it measured into the results.
  @FunctionalInterface
  public interface Work {
    /// Called once.
    void run(Context context) throws Exception;
  }
}
