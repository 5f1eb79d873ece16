package dev.carillon.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.slots.SlotMoved;
import dev.carillon.runtime.slots.SlotReason;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.sequence.v1.NextNumbersRequest;
import dev.carillon.sequence.v1.NextNumbersResponse;
import dev.carillon.sequence.v1.SequenceServiceGrpc;
import dev.carillon.testing.RealEtcd;
import dev.carillon.testing.RealMariaDb;
import io.grpc.Status;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Numbers grow and never come twice, whatever happens to instances, the registry and the database.
final class FailoverIT {
  private static final int CALLERS = 6;
  private static final int KEYS = 12;
  private static final int SOME = 300;

  @RegisterExtension static final RealMariaDb mariaDb = new RealMariaDb(Cluster.DATABASE);
  @RegisterExtension static final RealEtcd etcd = new RealEtcd();

  private final History history = new History();
  private Cluster cluster;

  @BeforeEach
  void open() {
    cluster = new Cluster(mariaDb, etcd);
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @Test
  void handsSlotsOverUnderLoad() throws InterruptedException, TimeoutException {
    SequenceApp first = cluster.start();
    cluster.awaitOwners(1);
    try (Load load = Load.start(cluster, history, CALLERS, KEYS)) {
      load.awaitMore(SOME);
      SequenceApp second = cluster.start();
      cluster.awaitOwners(2);
      load.awaitMore(SOME);
      first.close();
      cluster.awaitOwners(1);
      load.awaitMore(SOME);
      cluster.start();
      cluster.awaitOwners(2);
      load.awaitMore(SOME);
      second.close();
      cluster.awaitOwners(1);
      load.awaitMore(SOME);
      load.close();
      assertThat(load.failed()).isZero();
    }
    history.verify();
  }

  @Test
  void survivesTheLossOfTheRegistryPastTheLease() throws InterruptedException, TimeoutException {
    SequenceApp app = cluster.start();
    cluster.awaitOwners(1);
    SequenceKey key = Keys.key(1);
    try (Load load = Load.start(cluster, history, CALLERS, KEYS)) {
      load.awaitMore(SOME);
      etcd.pause();
      await()
          .atMost(Cluster.PATIENCE)
          .untilAsserted(() -> assertThat(refusalOf(app, key).is(SlotReason.SLOT_MOVED)).isTrue());
      etcd.resume();
      load.awaitMore(SOME);
      load.close();
      assertThat(load.failed()).isZero();
    }
    history.verify();
  }

  @Test
  void survivesKillAndRestartOfTheDatabase() throws InterruptedException, TimeoutException {
    SequenceApp app = cluster.start();
    cluster.awaitOwners(1);
    try (Load load = Load.start(cluster, history, CALLERS, KEYS)) {
      load.awaitMore(SOME);
      mariaDb.kill();
      SequenceKey unknown = Keys.key(4_711);
      await()
          .atMost(Cluster.PATIENCE)
          .untilAsserted(() ->
              assertThat(refusalOf(app, unknown).is(RuntimeReason.DATABASE_UNAVAILABLE)).isTrue());
      mariaDb.restart();
      load.awaitMore(SOME);
      mariaDb.restart();
      load.awaitMore(SOME);
      load.close();
      assertThat(load.failed()).isZero();
    }
    history.verify();
    await().atMost(Cluster.PATIENCE).until(() -> app.host().health().state().ready());
  }

  @Test
  void servesWhatItHasWhileTheDatabaseIsAway() throws InterruptedException, TimeoutException {
    SequenceApp app = cluster.start();
    cluster.awaitOwners(1);
    SequenceKey key = Keys.key(1);
    assertThat(next(app, key, 1).getBlock().getLast()).isEqualTo(1);
    mariaDb.kill();
    assertThat(next(app, key, 100).getBlock().getLast()).isEqualTo(101);
    assertThat(refusalOf(app, Keys.key(2)).is(RuntimeReason.DATABASE_UNAVAILABLE)).isTrue();
    mariaDb.restart();
    await()
        .atMost(Cluster.PATIENCE)
        .ignoreExceptions()
        .until(() -> next(app, Keys.key(2), 1).getBlock().getLast() == 1);
    assertThat(next(app, key, 500).getBlock().getFirst()).isGreaterThan(101);
  }

  @Test
  void namesTheOwnerToACallerThatAsksTheWrongInstance()
      throws InterruptedException, TimeoutException {
    SequenceApp first = cluster.start();
    SequenceApp second = cluster.start();
    cluster.awaitOwners(2);
    int slot = slotOf(second);

    Refusal refusal = refusalOf(first, Keys.inSlot(slot));

    SlotMoved moved = SlotMoved.of(refusal).orElseThrow();
    assertThat(moved.slot()).isEqualTo(slot);
    assertThat(moved.owner()).isEqualTo(second.host().instance());
    assertThat(moved.epoch()).isEqualTo(cluster.table().ownerOf(slot).orElseThrow().epoch());
    assertThat(next(second, Keys.inSlot(slot), 1).getBlock().getFirst()).isEqualTo(1);
  }

  @Test
  void endsStreamsWhenItDrains() throws InterruptedException, TimeoutException {
    SequenceApp app = cluster.start();
    cluster.awaitOwners(1);
    ReserveProbe probe = new ReserveProbe(cluster.channel(app.address()));
    probe.reserve(Keys.key(1), 1, 0);

    app.close();

    Status end = probe.awaitEnd();
    assertThat(end.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(
            Refusals.of(end.asRuntimeException(probe.trailers())).is(RuntimeReason.SHUTTING_DOWN))
        .isTrue();
  }

  @Test
  void goesOnAfterEveryKillOfAProcess() {
    cluster.startProcess();
    cluster.awaitOwners(1);
    try (Load load = Load.start(cluster, history, CALLERS, KEYS)) {
      load.awaitMore(SOME);
      SequenceProcess doomed = cluster.startProcess();
      cluster.awaitOwners(2);
      for (int kill = 0; kill < 3; kill++) {
        load.awaitMore(SOME);
        doomed.kill();
        cluster.awaitOwners(1);
        load.awaitMore(SOME);
        doomed = cluster.startProcess();
        cluster.awaitOwners(2);
      }
      load.awaitMore(SOME);
      load.close();
      assertThat(load.failed()).isZero();
    }
    history.verify();
  }

  @Test
  void refusesWithItsFirstBreathAfterAPausePastItsLease()
      throws InterruptedException, TimeoutException {
    SequenceProcess paused = cluster.startProcess();
    cluster.awaitOwners(1);
    SequenceKey key = Keys.key(1);
    String address = cluster.table().ownerOf(key.slot()).orElseThrow().address();
    try (Load load = Load.start(cluster, history, CALLERS, KEYS)) {
      load.awaitMore(SOME);
      paused.pause();
      // These reach the sleeper's socket and are the first it reads when it wakes up.
      List<ReserveProbe> probes =
          IntStream.range(0, 3).mapToObj(i -> new ReserveProbe(cluster.channel(address))).toList();
      probes.forEach(probe -> probe.send(ReserveProbe.request(key, 1, 0)));
      cluster.start();
      await()
          .atMost(Cluster.PATIENCE)
          .until(() -> cluster.owners().size() == 1 && !ownedBy(address, key));
      load.awaitMore(SOME);
      // Without the registry it can neither be told nor claim the slot again, which would be right
      // to
      // answer: its own clock alone must refuse.
      etcd.pause();
      paused.resume();
      for (ReserveProbe probe : probes) {
        assertThat(probe.awaitResponses(1).getFirst().getGrants(0).getRefusal().getReason())
            .isEqualTo(SlotReason.SLOT_MOVED.name());
        probe.close();
      }
      etcd.resume();
      cluster.awaitOwners(2);
      load.awaitMore(SOME);
      load.close();
      assertThat(load.failed()).isZero();
    }
    history.verify();
  }

  @Test
  void stopsInOrderWhenAProcessIsToldTo() {
    SequenceProcess process = cluster.startProcess();
    cluster.awaitOwners(1);
    assertThat(process.stop()).isZero();
    await().atMost(Cluster.PATIENCE).until(() -> cluster.unowned() == Slots.COUNT);
  }

  private boolean ownedBy(String address, SequenceKey key) {
    return cluster
        .table()
        .ownerOf(key.slot())
        .filter(owner -> owner.address().equals(address))
        .isPresent();
  }

  private int slotOf(SequenceApp app) {
    return IntStream.range(0, Slots.COUNT)
        .filter(slot ->
            cluster
                .table()
                .ownerOf(slot)
                .filter(owner -> owner.instance().equals(app.host().instance()))
                .isPresent())
        .findFirst()
        .orElseThrow();
  }

  private NextNumbersResponse next(SequenceApp app, SequenceKey key, int count) {
    return SequenceServiceGrpc.newBlockingStub(cluster.channel(app.address()))
        .withDeadlineAfter(Cluster.PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .nextNumbers(
            NextNumbersRequest.newBuilder()
                .setKey(ByteString.copyFrom(key.toBytes()))
                .setCount(count)
                .build());
  }

  private Refusal refusalOf(SequenceApp app, SequenceKey key) {
    Throwable thrown = catchThrowable(() -> next(app, key, 1));
    assertThat(thrown).isNotNull();
    return Refusals.of(thrown);
  }
}
