package dev.carillon.message.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What every client of presence does.
abstract class PresenceClientContract {
  /// The client under test; its presence knows of all devices.
  abstract PresenceClient client();

  /// Says where a user's devices are connected; nowhere without gateways.
  abstract void connect(String userId, String... gateways);

  /// From now on presence does not know for certain where anybody is.
  abstract void forgetAll();

  @Test
  void locatesUsersAtAllTheirGateways() {
    connect("ann", "east");
    connect("bob", "east", "west");

    assertThat(client().locate(List.of("ann", "bob")))
        .isEqualTo(Map.of("ann", Set.of("east"), "bob", Set.of("east", "west")));
  }

  @Test
  void aUserWithoutDevicesIsLocatedNowhere() {
    connect("ann");

    assertThat(client().locate(List.of("ann"))).isEqualTo(Map.of("ann", Set.of()));
  }

  @Test
  void answersOnlyForUsersThatItIsAskedFor() {
    connect("ann", "east");
    connect("bob", "west");

    assertThat(client().locate(List.of("bob"))).containsOnlyKeys("bob");
    assertThat(client().locate(List.of())).isEmpty();
  }

  @Test
  void aUserOfWhomPresenceDoesNotKnowIsAbsent() {
    connect("ann", "east");
    forgetAll();

    assertThat(client().locate(List.of("ann"))).isEmpty();
  }
}
