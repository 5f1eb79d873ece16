package dev.carillon.bench.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carillon.bench.load.Calls;
import dev.carillon.bench.machine.CpuUse;
import dev.carillon.bench.machine.CpuWatch;
import dev.carillon.bench.machine.ProcFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The floor below the message service: rows into the same table, a hundred or one by a statement
/// that is one commit, with nobody to answer to.
public final class MySqlInserts implements AutoCloseable {
  private static final String SCHEMA = "schema/conversation/001_conversation.sql";
  private static final String DATABASE = "carillon_bench";
  private static final int ROWS = 100;
  private static final int CONVERSATIONS = 1_000;
  private static final String INSERT_ONE =
      "INSERT INTO message (conversation_id, seq, prev_seq, ordinal, sender, client_message_id,"
          + " kind, target_seq, recalled_by_seq, stored_at, body) VALUES "
          + "(?, ?, ?, ?, ?, ?, 1, 0, 0, NOW(3), ?)";
  private static final String INSERT_MANY =
      INSERT_ONE + ", (?, ?, ?, ?, ?, ?, 1, 0, 0, NOW(3), ?)".repeat(ROWS - 1);

  private final Connection connection;
  private final byte[] body;
  private long next;

  private MySqlInserts(Connection connection, byte[] body) {
    this.connection = connection;
    this.body = body;
  }

  /// Creates a database of its own beside those of the services, with the same tables.
  ///
  /// @param address `host:port` of the server
  /// @param text what each row holds
  public static MySqlInserts open(String address, String password, String text) {
    String url =
        "jdbc:mysql://"
            + address
            + "/?sslMode=DISABLED&allowMultiQueries=true&useServerPrepStmts=true&cachePrepStmts=true"
            + "&prepStmtCacheSqlLimit=16384";
    try {
      Connection connection = DriverManager.getConnection(url, "carillon", password);
      try (Statement statement = connection.createStatement()) {
        statement.execute("DROP DATABASE IF EXISTS " + DATABASE);
        statement.execute("CREATE DATABASE " + DATABASE);
        statement.execute("USE " + DATABASE);
        statement.execute(schema());
      }
      return new MySqlInserts(connection, text.getBytes(UTF_8));
    } catch (SQLException e) {
      throw new IllegalStateException("cannot open the database of the floor", e);
    }
  }

  private static String schema() {
    try (InputStream text = MySqlInserts.class.getClassLoader().getResourceAsStream(SCHEMA)) {
      if (text == null) {
        throw new IllegalStateException(SCHEMA + " is not on the class path");
      }
      return new String(text.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + SCHEMA, e);
    }
  }

  /// Inserts for some time, one statement after the other.
  ///
  /// @param groups the processes whose CPU counts
  public Saturation run(Map<String, List<Long>> groups, Duration duration) {
    try (PreparedStatement insert = connection.prepareStatement(INSERT_MANY)) {
      CpuWatch watch = CpuWatch.begin(ProcFiles.ofThisMachine(), groups);
      long end = System.nanoTime() + duration.toNanos();
      long before = next;
      while (System.nanoTime() < end) {
        for (int row = 0; row < ROWS; row++) {
          fill(insert, row * 7, next++);
        }
        insert.executeUpdate();
      }
      CpuUse cpu = watch.end();
      return new Saturation(next - before, 0, 0, cpu);
    } catch (SQLException e) {
      throw new IllegalStateException("the insert of the floor failed", e);
    }
  }

  /// Inserts of one row each, on the caller's own thread: they wait for each other.
  public Calls singles() {
    return (number, answer) -> {
      try (PreparedStatement insert = connection.prepareStatement(INSERT_ONE)) {
        fill(insert, 0, next++);
        insert.executeUpdate();
      } catch (SQLException e) {
        throw new IllegalStateException("the insert of the floor failed", e);
      }
      answer.came(Calls.Verdict.DONE);
    };
  }

  private void fill(PreparedStatement insert, int at, long number) throws SQLException {
    long conversation = number % CONVERSATIONS;
    long seq = 1 + number / CONVERSATIONS;
    insert.setBytes(at + 1, id(0x1234_5678_9ABCL * (conversation + 1), conversation));
    insert.setLong(at + 2, seq);
    insert.setLong(at + 3, seq - 1);
    insert.setLong(at + 4, seq);
    insert.setBytes(at + 5, ("store-a-" + conversation).getBytes(UTF_8));
    insert.setBytes(at + 6, id(number, 1));
    insert.setBytes(at + 7, body);
  }

  private static byte[] id(long high, long low) {
    return ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low).array();
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot close the database of the floor", e);
    }
  }
}
