package dev.carillon.bench.scenario;

import java.util.List;

/// The scenarios that the benchmark knows.
public final class Scenarios {
  /// All of them, in the order in which `bench all` runs them. Memory first: what other scenarios
  /// leave behind would be in it.
  public static final List<Scenario> ALL =
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
}
