package dev.carillon.bench.rpc;

import dev.carillon.bench.rpc.AppendRequests.Conversation;
import dev.carillon.runtime.slots.Slots;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Old conversations, written past the service into its own tables.
public final class HistoryTable {
  /// How many messages each conversation has.
  public static final int MESSAGES = 10_000;

  // In the order of the primary key: nothing is sorted, and the empty table is filled as a whole.
  private static final String INSERT_MESSAGES =
      "INSERT INTO message SELECT STRAIGHT_JOIN c.conversation_id, n.seq, n.seq - 1, n.seq,"
          + " c.owner, UNHEX(LPAD(HEX(n.seq), 32, '0')), 1, 0, 0, NOW(3), ?"
          + " FROM conversation c JOIN seq_1_to_"
          + MESSAGES
          + " n WHERE c.owner LIKE 'history-a-%'";

  private HistoryTable() {}

  /// Fills the tables; this is quick only while there are no messages yet.
  ///
  /// @param text what each message holds
  /// @return the conversations; their senders are readers
  public static List<Conversation> fill(Database database, int conversations, String text)
      throws SQLException {
    List<Conversation> all =
        IntStream.range(0, conversations)
            .mapToObj(i -> Conversation.direct("history-a-" + i, "history-b-" + i))
            .toList();
    try (Connection connection = database.connect("");
        Statement statement = connection.createStatement()) {
      statement.execute("USE carillon_conversation");
      statement.execute(
          "INSERT INTO conversation VALUES "
              + all.stream().map(HistoryTable::head).collect(Collectors.joining(", ")));
      // Only an empty table that checks nothing is filled without a trace of each row.
      statement.execute("SET unique_checks = 0, foreign_key_checks = 0, join_cache_level = 0");
      try (PreparedStatement messages = connection.prepareStatement(INSERT_MESSAGES)) {
        messages.setBytes(1, AppendRequests.body(text).toByteArray());
        messages.executeUpdate();
      }
    }
    return all;
  }

  private static String head(Conversation to) {
    byte[] id = to.id().toByteArray();
    String hex = HexFormat.of().formatHex(id);
    return "(X'%s', %d, 1, '%s', '%s', '', 1, 1, %5$d, %5$d, %5$d, 0, NOW(3))"
        .formatted(hex, Slots.of(id), to.sender(), to.peer(), MESSAGES);
  }
}
