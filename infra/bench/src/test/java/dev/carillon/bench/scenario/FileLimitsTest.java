package dev.carillon.bench.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class FileLimitsTest {
  @Test
  void aGatewayHoldsAsManyAsAProcessMayOpen() {
    assertThat(new FileLimits(19_000, 1).missing(TalkScenario.CHAT, 19_000)).isEmpty();
    assertThat(new FileLimits(19_000, 1).missing(TalkScenario.CHAT, 19_001))
        .hasValueSatisfying(why ->
            assertThat(why).contains("19001 (expected: at most 19000 for each of 1 gateways"));
  }

  @Test
  void idleDevicesAreHeldBySeveralGenerators() {
    assertThat(new FileLimits(19_000, 5).missing(IdleScenario.SCENARIO, 95_000)).isEmpty();
    assertThat(new FileLimits(19_000, 5).missing(TalkScenario.CHAT, 95_000))
        .hasValueSatisfying(why -> assertThat(why).contains("the generator"));
  }

  @Test
  void whoTakesTheDevicesOfAKilledGatewayHasRoomForThem() {
    assertThat(new FileLimits(10_000, 2).missing(StormScenario.SCENARIO, 10_000)).isEmpty();
    assertThat(new FileLimits(10_000, 2).missing(StormScenario.SCENARIO, 10_001)).isPresent();
  }
}
