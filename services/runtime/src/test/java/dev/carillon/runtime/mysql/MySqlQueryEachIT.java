package dev.carillon.runtime.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.telemetry.Metrics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// One query for many sets of parameters.
final class MySqlQueryEachIT {
  private static final String INSERT = "INSERT INTO item (id, name, size, made_at) VALUES";
  private static final String NAMES =
      "SELECT name FROM item WHERE id IN (?) AND size > ? ORDER BY size DESC LIMIT ?";
  private static final int ITEMS = 40;

  @RegisterExtension static final MySqlServer server = new MySqlServer();

  @Test
  void everySetFindsItsOwnInFewStatements() throws Exception {
    MySqlConfig config =
        server.config("carillon_queries", new MySqlConfig.Pools(1, 1), Duration.ofSeconds(30));
    try (MySqlDatabase database =
        MySqlDatabase.open(config, new Health(), Metrics.none(), System::nanoTime)) {
      Schema.of(MySqlQueryEachIT.class, "schema-test").migrate(database);
      database.shard(0).inTransaction(session -> session.insert(INSERT, "", rows()));

      List<List<String>> found =
          database
              .shard(0)
              .inTransaction(session -> {
                long before = queries(session);
                List<List<String>> names =
                    session.queryEach(NAMES, row -> row.text("name"), parameters());
                // 41 sets, sixteen at a time.
                assertThat(queries(session) - before).isEqualTo(3);
                return names;
              });

      assertThat(found).hasSize(ITEMS + 1);
      for (int i = 0; i < ITEMS; i++) {
        assertThat(found.get(i)).containsExactlyInAnyOrderElementsOf(expected(i));
      }
      assertThat(found.getLast()).isEmpty();
      assertThat(
              database
                  .shard(0)
                  .<List<List<String>>>read(
                      session -> session.queryEach(NAMES, row -> row.text("name"), List.of())))
          .isEmpty();
    }
  }

  /// Each asks for an item and the two before it, without the first of all, two at most.
  private static List<@Nullable Object[]> parameters() {
    List<@Nullable Object[]> parameters = new ArrayList<>();
    for (int i = 0; i < ITEMS; i++) {
      parameters.add(new @Nullable Object[] {List.of(id(i), id(i - 1), id(i - 2)), 0L, 2});
    }
    parameters.add(new @Nullable Object[] {List.of(id(0)), 0L, 2});
    return parameters;
  }

  private static List<String> expected(int item) {
    return IntStream.rangeClosed(Math.max(1, item - 1), item).mapToObj(i -> "name " + i).toList();
  }

  private static List<@Nullable Object[]> rows() {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (int i = 0; i < ITEMS; i++) {
      rows.add(new @Nullable Object[] {id(i), "name " + i, (long) i, null});
    }
    return rows;
  }

  private static byte[] id(int item) {
    return ByteBuffer.allocate(16).putInt(item).array();
  }

  private static long queries(MySqlSession session) {
    return session
        .queryOne("SHOW SESSION STATUS LIKE 'Com_select'", row -> row.number("Value"))
        .orElseThrow();
  }
}
