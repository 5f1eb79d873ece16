package dev.carillon.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What every [Registry] does, whatever stands behind it.
abstract class RegistryContract {
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Duration LONG = Duration.ofSeconds(5);

  private final List<Registry> opened = new ArrayList<>();
  private final String prefix = "/test/" + UUID.randomUUID() + "/";

  /// A registry on the one store of this test class, as another process would have it.
  abstract Registry connect();

  /// Puts the store out of reach of all registries.
  abstract void cutOff();

  /// Ends the effect of [#cutOff].
  abstract void heal();

  @AfterEach
  void closeAll() {
    opened.forEach(Registry::close);
  }

  @Test
  void registersUnderItsLease() {
    Registry registry = open();
    registry.join(LONG).register(prefix + "a", "1");
    eventually().until(() -> list(registry).containsKey(prefix + "a"));
    assertThat(entry(registry, "a").value()).isEqualTo("1");
  }

  @Test
  void replacesWhatIsRegistered() {
    Registry registry = open();
    Membership membership = registry.join(LONG);
    membership.register(prefix + "a", "1");
    membership.register(prefix + "a", "2");
    eventually().until(() -> "2".equals(value(registry, "a")));
  }

  @Test
  void keepsTheKeysOfTheLivingAndLosesThoseOfTheDead() {
    Registry registry = open();
    Membership living = registry.join(LONG);
    Map<String, Long> kept = createWhenJoined(living, Map.of(prefix + "living", "x"));
    Membership dead = registry.join(LONG);
    createWhenJoined(dead, Map.of(prefix + "dead", "x"));
    dead.abandon();
    eventually().until(() -> !list(registry).containsKey(prefix + "dead"));
    assertThat(entry(registry, "living").createRevision()).isEqualTo(kept.get(prefix + "living"));
  }

  @Test
  void knowsThatALeaseEndedBeforeItsKeysVanish() {
    Registry registry = open();
    Membership membership = open().join(SHORT);
    createWhenJoined(membership, Map.of(prefix + "a", "x"));
    Lease lease = membership.lease().orElseThrow();
    Recorder recorder = new Recorder();
    List<Boolean> validWhenDeleted = new CopyOnWriteArrayList<>();
    recorder.onEach(change -> validWhenDeleted.add(lease.isValid()));
    registry.watch(prefix, recorder);
    eventually().until(() -> recorder.snapshots() == 1);
    membership.abandon();
    eventually().until(() -> recorder.view().isEmpty());
    assertThat(validWhenDeleted).doesNotContain(true);
    assertThat(lease.isValid()).isFalse();
  }

  @Test
  void givesItsKeysBackWhenItLeaves() {
    Registry registry = open();
    Membership membership = registry.join(Duration.ofMinutes(10));
    createWhenJoined(membership, Map.of(prefix + "a", "x"));
    membership.close();
    eventually().until(() -> list(registry).isEmpty());
    assertThat(membership.lease()).isEmpty();
  }

  @Test
  void createsOnlyWhatIsAbsent() {
    Membership one = open().join(LONG);
    Membership two = open().join(LONG);
    createWhenJoined(one, Map.of(prefix + "a", "one", prefix + "b", "one"));
    assertThat(createWhenJoined(two, Map.of(prefix + "b", "two", prefix + "c", "two")))
        .containsOnlyKeys(prefix + "c");
    assertThat(value(open(), "b")).isEqualTo("one");
  }

  @Test
  void countsWhatItCreatedBeforeAsCreated() {
    Membership membership = open().join(LONG);
    Map<String, String> entries = Map.of(prefix + "a", "x", prefix + "b", "x");
    Map<String, Long> first = createWhenJoined(membership, entries);
    assertThat(createWhenJoined(membership, entries)).isEqualTo(first);
    assertThat(createWhenJoined(membership, Map.of(prefix + "a", "y"))).isEmpty();
  }

  @Test
  void createsAndDeletesAThousandKeysInOneCall() {
    Registry registry = open();
    Map<String, String> entries = new HashMap<>();
    for (int i = 0; i < 1024; i++) {
      entries.put(prefix + i, "x");
    }
    Map<String, Long> created = createWhenJoined(registry.join(LONG), entries);
    assertThat(created).containsOnlyKeys(entries.keySet());
    assertThat(list(registry)).hasSize(1024);
    get(registry.deleteAll(created));
    assertThat(list(registry)).isEmpty();
  }

  @Test
  void deletesOnlyAtTheCreateRevisionThatWasNamed() {
    Registry registry = open();
    Membership membership = registry.join(LONG);
    long first = createOne(membership, prefix + "a");
    get(registry.deleteAll(Map.of(prefix + "a", first)));
    long second = createOne(membership, prefix + "a");
    assertThat(second).isGreaterThan(first);
    get(registry.deleteAll(Map.of(prefix + "a", first, prefix + "absent", first)));
    assertThat(entry(registry, "a").createRevision()).isEqualTo(second);
  }

  @Test
  void watchesOnePrefixFromASnapshotOn() {
    Registry registry = open();
    Membership membership = registry.join(LONG);
    Map<String, Long> before = createWhenJoined(membership, Map.of(prefix + "a", "1"));
    Recorder recorder = new Recorder();
    registry.watch(prefix, recorder);
    eventually().until(() -> recorder.snapshots() == 1);
    createWhenJoined(membership, Map.of(prefix.replace("/test/", "/other/") + "a", "x"));
    createWhenJoined(membership, Map.of(prefix + "b", "2"));
    get(registry.deleteAll(before));
    eventually().until(() -> recorder.log().size() >= 3);
    assertThat(recorder.log())
        .containsExactly("snapshot", "put " + prefix + "b=2", "deleted " + prefix + "a");
    assertThat(recorder.view()).containsOnlyKeys(prefix + "b");
  }

  @Test
  void tellsAClosedWatchNothingMore() {
    Registry registry = open();
    Membership membership = registry.join(LONG);
    Recorder closed = new Recorder();
    Subscription watch = registry.watch(prefix, closed);
    eventually().until(() -> closed.snapshots() == 1);
    watch.close();
    Recorder open = new Recorder();
    registry.watch(prefix, open);
    eventually().until(() -> open.snapshots() == 1);
    createWhenJoined(membership, Map.of(prefix + "a", "x"));
    eventually().until(() -> open.view().containsKey(prefix + "a"));
    assertThat(closed.log()).containsExactly("snapshot");
  }

  @Test
  void registersAgainUnderANewLeaseAfterAnOutage() {
    Registry registry = open();
    Membership membership = registry.join(SHORT);
    membership.register(prefix + "registered", "x");
    createWhenJoined(membership, Map.of(prefix + "created", "x"));
    List<String> events = new CopyOnWriteArrayList<>();
    membership.addListener(recordInto(events));
    Lease lease = membership.lease().orElseThrow();
    cutOff();
    try {
      eventually().until(() -> membership.lease().isEmpty());
      assertThat(lease.isValid()).isFalse();
    } finally {
      heal();
    }
    eventually().until(() -> membership.lease().isPresent());
    assertThat(membership.lease().orElseThrow().id()).isNotEqualTo(lease.id());
    assertThat(lease.isValid()).isFalse();
    assertThat(membership.leasesLost()).isPositive();
    assertThat(events).startsWith("joined", "lost", "joined");
    eventually().until(() -> list(registry).keySet().equals(Set.of(prefix + "registered")));
  }

  @Test
  void loadsAWatchAgainAfterAnOutage() {
    Registry registry = open();
    Recorder recorder = new Recorder();
    registry.watch(prefix, recorder);
    Membership membership = registry.join(SHORT);
    membership.register(prefix + "a", "1");
    eventually().until(() -> recorder.view().containsKey(prefix + "a"));
    cutOff();
    try {
      eventually().until(() -> membership.lease().isEmpty());
    } finally {
      heal();
    }
    open().join(LONG).register(prefix + "b", "2");
    eventually().until(() -> recorder.view().keySet().equals(Set.of(prefix + "a", prefix + "b")));
  }

  final Registry open() {
    Registry registry = connect();
    opened.add(registry);
    return registry;
  }

  final Map<String, Entry> list(Registry registry) {
    Recorder recorder = new Recorder();
    try (Subscription watch = registry.watch(prefix, recorder)) {
      eventually().until(() -> recorder.snapshots() == 1);
      return recorder.view();
    }
  }

  static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(10));
  }

  static <T> T get(CompletableFuture<T> future) {
    return future.orTimeout(60, TimeUnit.SECONDS).join();
  }

  private Entry entry(Registry registry, String name) {
    return Objects.requireNonNull(list(registry).get(prefix + name), name);
  }

  private static long createOne(Membership membership, String key) {
    return Objects.requireNonNull(createWhenJoined(membership, Map.of(key, "x")).get(key), key);
  }

  private String value(Registry registry, String name) {
    Entry entry = list(registry).get(prefix + name);
    return entry == null ? "absent" : entry.value();
  }

  private static Map<String, Long> createWhenJoined(
      Membership membership, Map<String, String> entries) {
    eventually().until(() -> membership.lease().isPresent());
    return get(membership.lease().orElseThrow().createAll(entries));
  }

  private static MembershipListener recordInto(List<String> events) {
    return new MembershipListener() {
      @Override
      public void onJoined(Lease lease) {
        events.add("joined");
      }

      @Override
      public void onLost(Lease lease) {
        events.add("lost");
      }
    };
  }
}
