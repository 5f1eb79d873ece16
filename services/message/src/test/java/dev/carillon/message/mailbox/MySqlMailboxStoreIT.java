package dev.carillon.message.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.mailbox.MailboxStore.ThreadRow;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.testing.RealMariaDb;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class MySqlMailboxStoreIT extends MailboxStoreContract {
  @RegisterExtension static final RealMariaDb mariaDb = new RealMariaDb(MailboxDatabase.NAME);

  private MySqlDatabase database;
  private MySqlMailboxStore store;

  @BeforeEach
  void open() throws Exception {
    database = MailboxDatabase.open(mariaDb, new Health(), Metrics.none());
    store = new MySqlMailboxStore(database, InstantSource.system(), FailPoints.NONE);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Override
  MailboxStore store() {
    return store;
  }

  @Test
  void takesAFullBatchInOneTransaction() {
    List<MailboxUpdate> updates =
        IntStream.range(0, 200)
            .mapToObj(i -> new MailboxUpdate("user-" + i % 100, conversation(i), i + 1))
            .toList();

    store.update(updates);

    assertThat(store.versions(Set.of("user-0", "user-99"))).containsEntry("user-0", 2L);
    assertThat(changes(store, "user-99", 0, 2, 10))
        .extracting(ThreadRow::lastSeq)
        .containsExactly(100L, 200L);
  }

  /// The order of the users in a batch must not matter: transactions that lock each other's users
  /// in opposite order would wait for each other.
  @Test
  void transactionsOverTheSameUsersDoNotCollide() throws Exception {
    List<MailboxUpdate> forth =
        IntStream.range(0, 50)
            .mapToObj(i -> new MailboxUpdate("user-" + i, conversation(1), 1))
            .toList();
    List<MailboxUpdate> back = new ArrayList<>(forth.reversed());
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      List<Future<?>> writers = new ArrayList<>();
      for (List<MailboxUpdate> updates : List.of(forth, back, forth, back)) {
        writers.add(
            threads.submit(() -> IntStream.range(0, 20).forEach(round -> store.update(updates))));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    }
    assertThat(store.versions(List.of("user-0", "user-49")).values()).containsOnly(80L);
  }

  /// As above, for the rows of devices.
  @Test
  void acknowledgementsOfTheSameDevicesDoNotCollide() throws Exception {
    List<Device> devices =
        IntStream.range(0, 50).mapToObj(i -> new Device("user-" + i, "a")).toList();
    Map<Device, Long> forth = new LinkedHashMap<>();
    devices.forEach(device -> forth.put(device, 1L));
    Map<Device, Long> back = new LinkedHashMap<>();
    devices.reversed().forEach(device -> back.put(device, 2L));
    try (ExecutorService threads =
        Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
      List<Future<?>> writers = new ArrayList<>();
      for (Map<Device, Long> versions : List.of(forth, back, forth, back)) {
        writers.add(
            threads.submit(
                () -> IntStream.range(0, 20).forEach(round -> store.acknowledge(versions))));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    }
    assertThat(store.syncedVersions(devices)).hasSize(50);
  }

  @Test
  void survivesARestartOfTheDatabase() {
    store.update(List.of(new MailboxUpdate("ann", conversation(1), 1)));

    mariaDb.restart();

    store.update(List.of(new MailboxUpdate("ann", conversation(1), 2)));
    assertThat(changes(store, "ann", 0, 10, 10))
        .containsExactly(new ThreadRow(conversation(1), 2, 2));
  }
}
