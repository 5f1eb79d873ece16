package dev.carillon.runtime.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What reads and transactions cost each other, and the server, as the server counts it.
final class MySqlPoolsIT {
  private static final String INSERT = "INSERT INTO item (id, name, size) VALUES (?, ?, 1)";
  private static final String COUNT = "SELECT COUNT(*) AS items FROM item WHERE name IN (?)";

  /// After how many idle milliseconds Hikari asks a connection whether it still lives.
  private static final String ASK_AFTER = "com.zaxxer.hikari.aliveBypassWindowMs";

  @RegisterExtension static final MySqlServer server = new MySqlServer();

  private final Health health = new Health();
  private MySqlDatabase database;

  @BeforeEach
  void open() throws Exception {
    // Before each use, so that what its question does to a transaction is seen as well.
    System.setProperty(ASK_AFTER, "-1");
    health.started();
    database =
        MySqlDatabase.open(
            server.config("carillon_pools", new MySqlConfig.Pools(2, 2), Duration.ofSeconds(30)),
            health,
            Metrics.none(),
            System::nanoTime);
    Schema.of(MySqlPoolsIT.class, "schema-test").migrate(database);
    database.shard(0).inTransaction(session -> session.update("DELETE FROM item WHERE size = 1"));
  }

  @AfterEach
  void close() {
    database.close();
    System.clearProperty(ASK_AFTER);
  }

  @Test
  void aTransactionOfOneInsertIsTheInsertAndItsCommit() {
    insert(1);
    Map<String, Long> before = database.shard(0).inTransaction(MySqlPoolsIT::status);
    insert(2);
    Map<String, Long> after = database.shard(0).inTransaction(MySqlPoolsIT::status);

    // Beside the insert and its commit: the commit of the first look, and the second look.
    assertThat(grown(before, after, "Questions")).isEqualTo(4);
    assertThat(grown(before, after, "Com_insert")).isEqualTo(1);
    assertThat(grown(before, after, "Com_commit")).isEqualTo(2);
    assertThat(grown(before, after, "Com_stmt_prepare")).isZero();
  }

  @Test
  void aReadIsItsStatementAlone() {
    items();
    Map<String, Long> before = database.shard(0).read(MySqlPoolsIT::status);
    items();
    Map<String, Long> after = database.shard(0).read(MySqlPoolsIT::status);

    assertThat(grown(before, after, "Questions")).isEqualTo(2);
    assertThat(grown(before, after, "Com_select")).isEqualTo(1);
  }

  @Test
  void aConnectionThatWaitedAndWasAskedWhetherItLivesHasNoTransactionOpen() {
    insert(1);
    assertThatThrownBy(() -> insert(1)).isInstanceOf(MySqlException.class);
    Map<String, Long> before = database.shard(0).inTransaction(MySqlPoolsIT::status);
    List<Boolean> open =
        database
            .shard(0)
            .inTransaction(session -> {
              boolean first = inTransaction(session);
              assertThat(count(session)).isEqualTo(1);
              return List.of(first, inTransaction(session));
            });
    Map<String, Long> after = database.shard(0).inTransaction(MySqlPoolsIT::status);

    assertThat(open).containsExactly(false, true);
    assertThat(grown(before, after, "Com_admin_commands")).isPositive();
  }

  @Test
  void readsGoOnWhileEveryTransactionIsTaken() throws Exception {
    whileTaken(database.shard(0)::<Boolean>inTransaction, () -> assertThat(items()).isZero());
  }

  @Test
  void transactionsGoOnWhileEveryReadIsTaken() throws Exception {
    whileTaken(database.shard(0)::<Boolean>read, () -> insert(1));

    assertThat(items()).isEqualTo(1);
  }

  @Test
  void aServerWhoseConnectionsAreAllTakenIsNotAway() throws Exception {
    whileTaken(
        database.shard(0)::<Boolean>read,
        () -> {
          assertThatThrownBy(() -> database.shard(0).readOnce(MySqlPoolsIT::count))
              .hasMessageContaining("DATABASE_UNAVAILABLE");
          assertThat(health.isReady()).isTrue();
        });
  }

  @Test
  void aLostConnectionIsNotHandedOutAgain() {
    long lost = database.shard(0).read(session -> connectionId(session));
    database
        .shard(0)
        .inTransaction(session -> {
          session.execute("KILL CONNECTION " + lost);
          return true;
        });
    System.clearProperty(ASK_AFTER);

    assertThat(database.shard(0).<Long>read(session -> connectionId(session))).isNotEqualTo(lost);
    assertThat(items()).isZero();
  }

  /// One way to have a connection.
  private interface Way {
    boolean use(Function<MySqlSession, Boolean> work);
  }

  /// Runs `then` while as many threads as there are connections each hold one that `way` gives.
  private static void whileTaken(Way way, Runnable then) throws Exception {
    CountDownLatch taken = new CountDownLatch(2);
    CountDownLatch done = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> holders =
          List.of(
              threads.submit(() -> way.use(session -> hold(taken, done))),
              threads.submit(() -> way.use(session -> hold(taken, done))));
      try {
        assertThat(taken.await(1, TimeUnit.MINUTES)).isTrue();
        then.run();
      } finally {
        done.countDown();
      }
      for (Future<Boolean> holder : holders) {
        assertThat(holder.get(1, TimeUnit.MINUTES)).isTrue();
      }
    }
  }

  private static boolean hold(CountDownLatch taken, CountDownLatch done) {
    taken.countDown();
    try {
      return done.await(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void insert(int number) {
    byte[] id = new byte[16];
    id[15] = (byte) number;
    database.shard(0).inTransaction(session -> session.update(INSERT, id, "item " + number));
  }

  private int items() {
    return database.shard(0).read(MySqlPoolsIT::count);
  }

  private static int count(MySqlSession session) {
    return session
        .queryOne(COUNT, row -> row.integer("items"), List.of("item 1", "item 2"))
        .orElseThrow();
  }

  /// Asks in words that MariaDB and MySQL both know: how the next transaction is to be cannot be
  /// said within one (error 1568).
  private static boolean inTransaction(MySqlSession session) {
    try {
      session.execute("SET TRANSACTION READ WRITE");
      return false;
    } catch (MySqlException refused) {
      assertThat(refused).hasMessageContaining("1568");
      return true;
    }
  }

  private static long connectionId(MySqlSession session) {
    return session.queryOne("SELECT CONNECTION_ID() AS id", row -> row.number("id")).orElseThrow();
  }

  /// How often this connection has done what, so far; this question included.
  private static Map<String, Long> status(MySqlSession session) {
    Map<String, Long> counts = new HashMap<>();
    session.query(
        "SHOW SESSION STATUS WHERE Variable_name LIKE 'Com\\_%' OR Variable_name = 'Questions'",
        row -> counts.put(row.text("Variable_name"), row.number("Value")));
    return counts;
  }

  private static long grown(Map<String, Long> before, Map<String, Long> after, String what) {
    return after.getOrDefault(what, 0L) - before.getOrDefault(what, 0L);
  }
}
