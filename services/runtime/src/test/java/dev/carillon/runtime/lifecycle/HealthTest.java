package dev.carillon.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class HealthTest {
  private final Health health = new Health();

  @Test
  void isNotReadyUntilStarted() {
    assertThat(health.state().reasons()).containsOnlyKeys("start");

    health.started();

    assertThat(health.isReady()).isTrue();
  }

  @Test
  void isReadyOnceEveryReasonIsGone() {
    health.started();
    health.notReady("mysql", "connection refused");
    health.notReady("etcd", "no lease");

    health.ready("mysql");

    assertThat(health.state().reasons()).isEqualTo(Map.of("etcd", "no lease"));
    health.ready("etcd");
    assertThat(health.isReady()).isTrue();
  }

  @Test
  void staysReadyWhileDegraded() {
    health.started();

    health.degraded("redis", "connection refused");

    assertThat(health.isReady()).isTrue();
    assertThat(health.state().degraded()).containsOnlyKeys("redis");
    health.ready("redis");
    assertThat(health.state().degraded()).isEmpty();
  }

  @Test
  void neverComesBackFromDraining() {
    health.started();

    health.draining();
    health.ready("drain");
    health.degraded("drain", "never mind");

    assertThat(health.isReady()).isFalse();
    assertThat(health.state().reasons()).containsKey("drain");
  }

  @Test
  void tellsListenersThePresentAndEveryChangeOnce() {
    List<Boolean> seen = new ArrayList<>();
    health.onChange(state -> seen.add(state.ready()));

    health.started();
    health.notReady("mysql", "refused");
    health.notReady("mysql", "refused again");
    health.ready("mysql");
    health.ready("mysql");

    assertThat(seen).containsExactly(false, true, false, true);
  }
}
