package dev.carillon.bench.rpc;

import com.google.protobuf.ByteString;
import dev.carillon.runtime.identity.ConversationIds;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Text;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/// Old conversations, written past the service into its own tables.
public final class HistoryTable implements AutoCloseable {
  /// How many messages each conversation has.
  public static final int MESSAGES = 10_000;

  private static final String INSERT_HEAD =
      "INSERT INTO conversation VALUES (?, ?, 1, ?, ?, '', 1, 1, ?, ?, ?, 0, NOW(3))";

  // In the order of the primary key: nothing is sorted, and the empty table is filled as a whole.
  private static final String INSERT_MESSAGES =
      "INSERT INTO message SELECT STRAIGHT_JOIN c.conversation_id, n.seq, n.seq - 1, n.seq,"
          + " c.owner, UNHEX(LPAD(HEX(n.seq), 32, '0')), 1, 0, 0, NOW(3), ?"
          + " FROM conversation c JOIN seq_1_to_"
          + MESSAGES
          + " n WHERE c.owner LIKE 'history-a-%'";

  private final Connection connection;
  private final List<OldConversation> all = new ArrayList<>();

  /// One of the conversations.
  ///
  /// @param id its id
  /// @param reader one of its two members
  public record OldConversation(ByteString id, String reader) {}

  private HistoryTable(Connection connection) {
    this.connection = connection;
  }

  /// Signs in to the database with the messages.
  ///
  /// @param address `host:port` of the server
  public static HistoryTable open(String address, String password) {
    String url = "jdbc:mysql://" + address + "/carillon_conversation?sslMode=DISABLED";
    try {
      return new HistoryTable(DriverManager.getConnection(url, "carillon", password));
    } catch (SQLException e) {
      throw new IllegalStateException("cannot open the database with the messages", e);
    }
  }

  /// Fills the tables; this is quick only while there are no messages yet.
  ///
  /// @param text what each message holds
  public List<OldConversation> fill(int conversations, String text) {
    Body body = Body.newBuilder().setText(Text.newBuilder().setText(text)).build();
    try (Statement statement = connection.createStatement();
        PreparedStatement messages = connection.prepareStatement(INSERT_MESSAGES)) {
      heads(conversations);
      // Only an empty table that checks nothing is filled without a trace of each row.
      statement.execute("SET unique_checks = 0, foreign_key_checks = 0, join_cache_level = 0");
      messages.setBytes(1, body.toByteArray());
      messages.executeUpdate();
      return List.copyOf(all);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot write old messages", e);
    }
  }

  private void heads(int conversations) throws SQLException {
    try (PreparedStatement head = connection.prepareStatement(INSERT_HEAD)) {
      connection.setAutoCommit(false);
      for (int i = 0; i < conversations; i++) {
        String reader = "history-a-" + i;
        byte[] id = ConversationIds.direct(reader, "history-b-" + i);
        all.add(new OldConversation(ByteString.copyFrom(id), reader));
        head.setBytes(1, id);
        head.setInt(2, Slots.of(id));
        head.setString(3, reader);
        head.setString(4, "history-b-" + i);
        for (int column = 5; column <= 7; column++) {
          head.setLong(column, MESSAGES);
        }
        head.executeUpdate();
      }
      connection.commit();
      connection.setAutoCommit(true);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException("cannot close the database with the messages", e);
    }
  }
}
