package dev.carillon.runtime.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.telemetry.Metrics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Inserts of many rows, as the server counts them.
final class MySqlInsertIT {
  private static final String INSERT = "INSERT INTO item (id, name, size, made_at) VALUES";
  private static final String UPSERT = "ON DUPLICATE KEY UPDATE size = VALUES(size)";
  private static final int MOST = 400;

  @RegisterExtension static final MySqlServer server = new MySqlServer();

  @Test
  void anyNumberOfRowsTakesFewStatementsThatWerePreparedOnce() throws Exception {
    List<@Nullable Object[]> rows = rows();
    MySqlConfig config =
        server.config("carillon_inserts", new MySqlConfig.Pools(1, 1), Duration.ofSeconds(30));
    try (MySqlDatabase database =
        MySqlDatabase.open(config, new Health(), Metrics.none(), System::nanoTime)) {
      Schema.of(MySqlInsertIT.class, "schema-test").migrate(database);
      List<Long> sizes =
          database
              .shard(0)
              .inTransaction(session -> {
                for (int count = 1; count <= MOST; count++) {
                  session.insert(INSERT, UPSERT, rows.subList(0, count));
                }
                long executed = status(session, "Com_stmt_execute");
                long prepared = status(session, "Com_stmt_prepare");
                for (int count = 1; count <= MOST; count += 13) {
                  session.insert(INSERT, UPSERT, rows.subList(0, count));
                }
                assertThat(status(session, "Com_stmt_prepare")).isEqualTo(prepared);
                assertThat(status(session, "Com_stmt_execute") - executed).isBetween(31L, 31 * 6L);
                return session.query("SELECT size FROM item", row -> row.number("size"));
              });

      assertThat(sizes)
          .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, MOST).boxed().toList());
    }
  }

  private static List<@Nullable Object[]> rows() {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (int i = 1; i <= MOST; i++) {
      byte[] id = ByteBuffer.allocate(16).putInt(i).array();
      rows.add(new @Nullable Object[] {id, "name " + i, (long) i, null});
    }
    return rows;
  }

  private static long status(MySqlSession session, String name) {
    return session
        .queryOne("SHOW SESSION STATUS LIKE '" + name + "'", row -> row.number("Value"))
        .orElseThrow();
  }
}
