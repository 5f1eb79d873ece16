package dev.carillon.runtime.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.mysql.MySqlException.Fault;
import dev.carillon.runtime.settings.Secret;
import dev.carillon.runtime.telemetry.Telemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class MySqlDatabaseIT {
  private static final String INSERT = "INSERT INTO item (id, name, size, made_at) VALUES";
  private static final String SELECT = "SELECT id, name, size, made_at FROM item";

  @RegisterExtension static final MySqlServer server = new MySqlServer();

  private final Health health = new Health();
  private final Telemetry telemetry = Telemetry.none();
  private MySqlDatabase database;

  @BeforeEach
  void open() throws Exception {
    health.started();
    database =
        MySqlDatabase.open(
            server.config("carillon_runtime", MySqlConfig.Pools.standard(), Duration.ofSeconds(10)),
            health,
            telemetry.metrics(),
            System::nanoTime);
    Schema.of(MySqlDatabaseIT.class, "schema-test").migrate(database);
    database
        .shard(0)
        .inTransaction(session ->
            session.update("DELETE FROM item WHERE size IS NULL OR size >= 0")
                + session.update("UPDATE counter SET value = 0 WHERE id IN (1, 2)"));
  }

  @AfterEach
  void close() {
    database.close();
    telemetry.close();
  }

  @Test
  void keepsEveryTypeAsItWas() {
    Instant made = Instant.parse("2026-07-01T12:34:56.789Z");
    insert(row(1, "naïve 漢字 🎐", 1L << 40, made.plusNanos(999_999)));

    List<Instant> found =
        database
            .shard(0)
            .read(session -> {
              assertThat(session.query(SELECT, row -> row.bytes("id"))).containsExactly(id(1));
              assertThat(session.query(SELECT, row -> row.text("name")))
                  .containsExactly("naïve 漢字 🎐");
              assertThat(session.query(SELECT, row -> row.number("size")))
                  .containsExactly(1L << 40);
              return session.query(SELECT, row -> row.instant("made_at"));
            });

    assertThat(found).containsExactly(made);
  }

  @Test
  void tellsNullsApartFromValues() {
    insert(row(1, "empty", null, null));

    database
        .shard(0)
        .read(session -> {
          assertThat(session.query(SELECT, row -> row.optionalNumber("size").isPresent()))
              .containsExactly(false);
          assertThatThrownBy(() -> session.query(SELECT, row -> row.instant("made_at")))
              .hasMessage("made_at: NULL (expected: a value)");
          assertThatThrownBy(() -> session.query(SELECT, row -> row.number("size")))
              .hasMessage("size: NULL (expected: a value)");
          return true;
        });
  }

  @Test
  void insertsManyRowsAtOnceAndFindsThemByList() {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (int i = 1; i <= 150; i++) {
      rows.add(row(i, "name " + i, (long) i, null));
    }

    assertThat(insert(rows.toArray(new Object[0][]))).isEqualTo(150);
    List<Integer> found =
        database
            .shard(0)
            .read(session ->
                session.query(
                    SELECT + " WHERE id IN (?) AND size > ? ORDER BY size",
                    row -> row.integer("size"),
                    List.of(id(7), id(5), id(3)),
                    4));
    assertThat(found).containsExactly(5, 7);
  }

  @Test
  void updatesRowsThatAreThereAlready() {
    insert(row(1, "one", 1L, null));

    database
        .shard(0)
        .inTransaction(session ->
            session.insert(
                INSERT,
                "ON DUPLICATE KEY UPDATE size = VALUES(size)",
                List.of(row(1, "one", 10L, null), row(2, "two", 20L, null))));

    assertThat(sizes()).containsExactlyInAnyOrder(10L, 20L);
  }

  @Test
  void refusesAnEmptyList() {
    assertThatThrownBy(() ->
            database
                .shard(0)
                .read(session ->
                    session.query(SELECT + " WHERE id IN (?)", row -> row.text("name"), List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("list: empty");
  }

  @Test
  void namesTheKeyThatWasViolatedAndLeavesNothingBehind() {
    insert(row(1, "taken", 1L, null));

    @Nullable MySqlException failure =
        catchThrowableOfType(
            MySqlException.class,
            () -> insert(row(2, "free", 2L, null), row(3, "taken", 3L, null)));

    assertThat(failure).isNotNull();
    assertThat(failure.fault()).isEqualTo(Fault.DUPLICATE_KEY);
    assertThat(failure).cause().hasMessageContaining("item_name");
    assertThat(sizes()).containsExactly(1L);
  }

  @Test
  void rollsBackWhenTheWorkFails() {
    assertThatThrownBy(() ->
            database
                .shard(0)
                .inTransaction(session -> {
                  session.insert(INSERT, "", List.<@Nullable Object[]>of(row(1, "a", 1L, null)));
                  throw new IllegalStateException("on purpose");
                }))
        .hasMessage("on purpose");

    assertThat(sizes()).isEmpty();
  }

  @Test
  void triesATransactionAgainThatLostADeadlock() throws Exception {
    CyclicBarrier bothLocked = new CyclicBarrier(2);
    AtomicInteger tries = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Integer> left = threads.submit(() -> cross(1, 2, bothLocked, tries));
      Future<Integer> right = threads.submit(() -> cross(2, 1, bothLocked, tries));
      left.get(60, TimeUnit.SECONDS);
      right.get(60, TimeUnit.SECONDS);
    }

    assertThat(tries.get()).isGreaterThan(2);
    assertThat(counters()).containsExactly(2L, 2L);
  }

  @Test
  void ridesOutARestartOfTheServer() {
    insert(row(1, "before", 1L, null));

    server.engine().kill();
    CompletableFuture<List<Long>> read = CompletableFuture.supplyAsync(this::sizes);
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> !health.isReady());
    assertThat(health.state().reasons()).containsOnlyKeys("mysql:carillon_runtime");
    server.engine().restart();

    assertThat(read.orTimeout(60, TimeUnit.SECONDS).join()).containsExactly(1L);
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(health::isReady);
    database
        .shard(0)
        .repeatable(session -> session.update("UPDATE counter SET value = value + 1 WHERE id = 1"));
    assertThat(counters()).containsExactly(1L, 0L);
  }

  @Test
  void doesNotRepeatATransactionWhoseOutcomeIsUnknown() {
    AtomicInteger tries = new AtomicInteger();

    @Nullable MySqlException failure =
        catchThrowableOfType(
            MySqlException.class,
            () ->
                database
                    .shard(0)
                    .inTransaction(session -> {
                      tries.incrementAndGet();
                      server.engine().kill();
                      return session.update("UPDATE counter SET value = 9 WHERE id = 1");
                    }));
    server.engine().restart();

    assertThat(failure).isNotNull();
    assertThat(failure.is(RuntimeReason.DATABASE_UNAVAILABLE)).isTrue();
    assertThat(tries).hasValue(1);
    assertThat(counters()).containsExactly(0L, 0L);
  }

  @Test
  void servesManyVirtualThreadsWithFewConnections() {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 500; i++) {
        threads.execute(() ->
            database
                .shard(0)
                .repeatable(session ->
                    session.update("UPDATE counter SET value = value + 1 WHERE id = 1")));
      }
    }

    assertThat(counters()).containsExactly(500L, 0L);
    assertThat(telemetry.prometheusText())
        .contains(
            "carillon_none_mysql_active{database=\"carillon_runtime\",pool=\"transactions\",shard=\"-\"}"
                + " 0.0\n");
  }

  @Test
  void givesUpWaitingForAServerThatNeverComes() {
    MySqlConfig nobody =
        new MySqlConfig(
            "jdbc:mysql://127.0.0.1:1",
            "carillon",
            Secret.EMPTY,
            "carillon_runtime",
            MySqlConfig.Tls.DISABLED,
            new MySqlConfig.Pools(1, 1),
            Duration.ofSeconds(1),
            Duration.ofMillis(500),
            false);

    assertThatThrownBy(
            () -> MySqlDatabase.open(nobody, health, telemetry.metrics(), System::nanoTime))
        .isInstanceOf(TimeoutException.class)
        .hasMessageContaining("database carillon_runtime: gave up after");
    assertThat(health.state().reasons()).containsKey("mysql:carillon_runtime");
  }

  @Test
  void appliesEachSchemaFileOnce() {
    Schema schema = Schema.of(MySqlDatabaseIT.class, "schema-test");
    database
        .shard(0)
        .readOnce(session -> session.update("DELETE FROM schema_version WHERE version = 2"));

    assertThat(schema.migrate(database)).containsExactly("002_counter.sql");
    assertThat(schema.migrate(database)).isEmpty();
  }

  @Test
  void appliesTheSchemaOnceTheServerThatWentAwayIsBack() throws Exception {
    Schema schema = Schema.of(MySqlDatabaseIT.class, "schema-test");
    server.engine().kill();
    CompletableFuture<List<String>> applied =
        CompletableFuture.supplyAsync(() -> schema.migrate(database));
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> applied.isDone() || !health.isReady());
    assertThat(applied).isNotDone();
    server.engine().restart();

    assertThat(applied.get(1, TimeUnit.MINUTES)).isEmpty();
  }

  @Test
  void letsInstancesThatStartTogetherTakeTurns() throws Exception {
    Schema schema = Schema.of(MySqlDatabaseIT.class, "schema-test");
    database
        .shard(0)
        .readOnce(session -> session.update("DELETE FROM schema_version WHERE version IN (1, 2)"));
    List<Future<List<String>>> done = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 3; i++) {
        done.add(threads.submit(() -> schema.migrate(database)));
      }
    }

    List<String> applied = new ArrayList<>();
    for (Future<List<String>> one : done) {
      applied.addAll(one.get());
    }
    assertThat(applied).hasSize(2);
    assertThat(new HashSet<>(applied)).containsExactlyInAnyOrder("001_item.sql", "002_counter.sql");
  }

  @Test
  void refusesASchemaFileThatChangedAfterwards() {
    Schema schema = Schema.of(MySqlDatabaseIT.class, "schema-test");
    database
        .shard(0)
        .readOnce(session ->
            session.update("UPDATE schema_version SET checksum = 'x' WHERE version = 1"));

    assertThatThrownBy(() -> schema.migrate(database))
        .hasMessageStartingWith("001_item.sql: changed after it was applied");
    database
        .shard(0)
        .readOnce(session -> session.update("DELETE FROM schema_version WHERE version = 1"));
  }

  @Test
  void refusesASchemaWithAGapOrWithoutFiles() {
    assertThatThrownBy(() -> Schema.of(MySqlDatabaseIT.class, "schema-gap"))
        .hasMessage("schema-gap/002_second.sql (expected: number 1)");
    assertThatThrownBy(() -> Schema.of(MySqlDatabaseIT.class, "schema-none"))
        .hasMessageStartingWith("schema-none: no files");
  }

  /// Locks one counter, waits until the other transaction has locked the other one, then wants
  /// both.
  private int cross(int first, int second, CyclicBarrier bothLocked, AtomicInteger tries) {
    String sql = "UPDATE counter SET value = value + 1 WHERE id = ?";
    boolean[] waited = {false};
    return database
        .shard(0)
        .inTransaction(session -> {
          tries.incrementAndGet();
          int changed = session.update(sql, first);
          if (!waited[0]) {
            waited[0] = true;
            meet(bothLocked);
          }
          return changed + session.update(sql, second);
        });
  }

  private static void meet(CyclicBarrier barrier) {
    try {
      barrier.await(60, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("the other transaction did not come", e);
    }
  }

  private int insert(@Nullable Object[]... rows) {
    return database.shard(0).inTransaction(session -> session.insert(INSERT, "", List.of(rows)));
  }

  private List<Long> sizes() {
    return database.shard(0).read(session -> session.query(SELECT, row -> row.number("size")));
  }

  private List<Long> counters() {
    return database
        .shard(0)
        .read(session ->
            session.query(
                "SELECT value FROM counter WHERE id IN (1, 2) ORDER BY id",
                row -> row.number("value")));
  }

  private static @Nullable Object[] row(
      int id, String name, @Nullable Long size, @Nullable Instant made) {
    return new @Nullable Object[] {id(id), name, size, made};
  }

  private static byte[] id(int id) {
    byte[] bytes = new byte[16];
    bytes[15] = (byte) id;
    return bytes;
  }
}
