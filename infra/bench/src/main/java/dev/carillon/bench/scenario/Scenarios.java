package dev.carillon.bench.scenario;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The scenarios that the benchmark knows.
public final class Scenarios {
  // Memory first: what other scenarios leave behind would be in it.
  private static final List<Scenario> ALL =
      List.of(
          IdleScenario.SCENARIO,
          SignInScenario.SCENARIO,
          TalkScenario.CHAT,
          TalkScenario.GROUP,
          SyncScenario.SCENARIO,
          FreezeScenario.SCENARIO,
          SequenceScenario.SCENARIO,
          StoreScenario.SCENARIO,
          HistoryScenario.SCENARIO,
          StormScenario.SCENARIO);

  private Scenarios() {}

  /// All of them, in the order in which `bench all` runs them.
  public static List<Scenario> all() {
    return ALL;
  }

  /// The one of this name.
  public static Optional<Scenario> named(String name) {
    return ALL.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
  }

  /// All names, for people.
  public static String names() {
    return ALL.stream().map(Scenario::name).collect(Collectors.joining(", "));
  }
}
