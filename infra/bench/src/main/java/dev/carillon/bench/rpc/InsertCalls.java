package dev.carillon.bench.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carillon.bench.load.Calls;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The floor below the message service: rows into the same table, a hundred or one by a statement
/// that is one commit. Statements wait for each other.
public final class InsertCalls implements Calls {
  private static final String DATABASE = "carillon_bench";
  private static final int CONVERSATIONS = 1_000;
  private static final int COLUMNS = 7;
  private static final String ROW = ", (?, ?, ?, ?, ?, ?, 1, 0, 0, NOW(3), ?)";
  private static final String INSERT =
      "INSERT INTO message (conversation_id, seq, prev_seq, ordinal, sender, client_message_id,"
          + " kind, target_seq, recalled_by_seq, stored_at, body) VALUES ";

  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Connection connection;
  private final PreparedStatement insert;
  private final byte[] body;
  private final int rows;
  private long next;

  /// Creates a database of its own beside those of the services, with the same table.
  ///
  /// @param text what each row holds
  /// @param rows how many each call inserts
  public InsertCalls(Database database, String text, int rows) throws SQLException {
    this.connection = database.connect("useServerPrepStmts=true");
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP DATABASE IF EXISTS " + DATABASE);
      statement.execute("CREATE DATABASE " + DATABASE);
      statement.execute("USE " + DATABASE);
      statement.execute("CREATE TABLE message LIKE carillon_conversation.message");
    }
    this.insert = connection.prepareStatement(INSERT + ROW.repeat(rows).substring(2));
    this.body = text.getBytes(UTF_8);
    this.rows = rows;
  }

  @Override
  public void call(int number, Answer answer) {
    thread.execute(() -> answer.came(insert(), rows));
  }

  private Verdict insert() {
    try {
      for (int row = 0; row < rows; row++) {
        fill(row * COLUMNS, next++);
      }
      return insert.executeUpdate() == rows ? Verdict.DONE : Verdict.BROKEN;
    } catch (SQLException e) {
      return Verdict.BROKEN;
    }
  }

  private void fill(int at, long number) throws SQLException {
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
    thread.close();
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot close the database of the floor", e);
    }
  }
}
