package dev.carillon.bench.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ScenarioTest {
  @Test
  void aGatewayHoldsAsManyAsAProcessMayOpen() {
    assertThat(TalkScenario.CHAT.missingFiles(19_000, 19_000, 1)).isEmpty();
    assertThat(TalkScenario.CHAT.missingFiles(19_001, 19_000, 1))
        .contains("19001 (expected: at most 19000 for each of 1 gateways");
  }

  @Test
  void idleDevicesAreHeldBySeveralGenerators() {
    assertThat(IdleScenario.SCENARIO.missingFiles(95_000, 19_000, 5)).isEmpty();
    assertThat(TalkScenario.CHAT.missingFiles(95_000, 19_000, 5)).contains("the generator");
  }

  @Test
  void whoTakesTheDevicesOfAKilledGatewayHasRoomForThem() {
    assertThat(StormScenario.SCENARIO.missingFiles(10_000, 10_000, 2)).isEmpty();
    assertThat(StormScenario.SCENARIO.missingFiles(10_001, 10_000, 2)).isNotEmpty();
  }
}
