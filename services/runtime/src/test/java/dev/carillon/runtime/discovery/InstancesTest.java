package dev.carillon.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.carillon.runtime.lifecycle.Health;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class InstancesTest {
  private static final Instance A = new Instance("message", "a", "h:1", "h:2", false);
  private static final Instance B = new Instance("message", "b", "h:3", "h:4", false);

  private final MemoryRegistry store = MemoryRegistry.create();
  private final Health health = new Health();
  private final Instances instances = Instances.join(store, Duration.ofMinutes(1), health);
  private final MemoryRegistry otherProcess = store.peer(System::nanoTime);
  private final Instances others =
      Instances.join(otherProcess, Duration.ofMinutes(1), new Health());

  @AfterEach
  void close() {
    instances.close();
    others.close();
  }

  @Test
  void announcesToOtherProcessesAndDrains() {
    List<List<Instance>> views = new CopyOnWriteArrayList<>();
    others.of("message").onChange(views::add);
    instances.register(A);
    await().until(() -> others.of("message").current().equals(List.of(A)));
    instances.register(B);
    await().until(() -> others.of("message").current().equals(List.of(A, B)));
    assertThat(others.of("message").byId("b")).contains(B);
    assertThat(others.of("other").current()).isEmpty();
    instances.drain("a");
    await().until(() -> others.of("message").serving().equals(List.of(B)));
    assertThat(others.of("message").current()).containsExactly(A.drained(), B);
    assertThat(views).last().isEqualTo(List.of(A.drained(), B));
  }

  @Test
  void vanishesFromOtherProcessesAtOnceWhenItLeaves() {
    instances.register(A);
    await().until(() -> others.of("message").current().equals(List.of(A)));
    instances.close();
    await().until(() -> others.of("message").current().isEmpty());
  }

  @Test
  void keepsTheLastViewWhileTheRegistryIsAway() {
    instances.register(A);
    await().until(() -> others.of("message").current().equals(List.of(A)));
    otherProcess.disconnect();
    instances.register(B);
    await().until(() -> instances.of("message").current().equals(List.of(A, B)));
    assertThat(others.of("message").current()).containsExactly(A);
    otherProcess.reconnect();
    await().until(() -> others.of("message").current().equals(List.of(A, B)));
  }

  @Test
  void isReadyOnlyWithALease() {
    health.started();
    await().until(health::isReady);
    instances.close();
    assertThat(health.state().reasons()).containsKey("registry");
  }

  @Test
  void ignoresWhatIsNoInstance() {
    others.membership().register("/carillon/instances/message/x", "not json");
    others.membership().register("/carillon/instances/message/y", "{\"service\":\"message\"}");
    others.register(A);
    await().until(() -> instances.of("message").byId("a").isPresent());
    assertThat(instances.of("message").current()).containsExactly(A);
  }

  @Test
  void readsWhatALaterReleaseAdds() {
    others
        .membership()
        .register(
            "/carillon/instances/message/z",
            """
            {"service":"message","id":"z","address":"h:1","adminAddress":"h:2","zone":"eu"}\
            """);
    await()
        .until(() ->
            instances
                .of("message")
                .current()
                .equals(List.of(new Instance("message", "z", "h:1", "h:2", false))));
  }

  @Test
  void refusesNamesThatAreNoKey() {
    assertThatThrownBy(() -> new Instance("message", "a/b", "h:1", "h:2", false))
        .hasMessage("id: 'a/b' (expected: a name without slash)");
    assertThatThrownBy(() -> new Instance(" ", "a", "h:1", "h:2", false))
        .hasMessage("service: ' ' (expected: a name without slash)");
    assertThatThrownBy(() -> new Instance("message", "a", "h", "h:2", false))
        .hasMessage("h (expected: host:port)");
  }
}
