package dev.carillon.check.defect;

import dev.carillon.testing.RealMariaDb;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// What a defect leaves in the database that no port of the services shows.
record Tampering(RealMariaDb mariaDb) {
  /// Lets one id be stored twice in a conversation.
  void forgetUniqueIds() throws SQLException {
    run("ALTER TABLE message DROP INDEX by_client_message_id");
  }

  /// The last message of every conversation is gone, and its head is where it was before.
  void loseCommits() throws SQLException {
    run(
        """
        CREATE TEMPORARY TABLE gone AS SELECT m.conversation_id, m.seq, m.prev_seq
        FROM message m JOIN conversation c ON c.conversation_id = m.conversation_id
        AND m.seq = c.last_seq WHERE m.prev_seq > 0\
        """,
        """
        DELETE m FROM message m JOIN gone g ON g.conversation_id = m.conversation_id
        AND g.seq = m.seq\
        """,
        """
        UPDATE conversation c JOIN gone g ON g.conversation_id = c.conversation_id
        SET c.last_seq = g.prev_seq, c.message_count = c.message_count - 1\
        """,
        "DROP TABLE gone");
  }

  /// In every conversation the last message took the number of the one before it.
  void writeAsStaleOwner() throws SQLException {
    run(
        """
        CREATE TEMPORARY TABLE late AS SELECT m.conversation_id, m.seq, m.prev_seq, p.prev_seq AS prev_prev
        FROM message m JOIN conversation c ON c.conversation_id = m.conversation_id
        AND m.seq = c.last_seq JOIN message p ON p.conversation_id = m.conversation_id
        AND p.seq = m.prev_seq WHERE p.prev_seq > 0\
        """,
        """
        DELETE m FROM message m JOIN late l ON l.conversation_id = m.conversation_id
        AND l.prev_seq = m.seq\
        """,
        """
        UPDATE message m JOIN late l ON l.conversation_id = m.conversation_id AND l.seq = m.seq
        SET m.seq = l.prev_seq, m.prev_seq = l.prev_prev\
        """,
        "DROP TABLE late");
  }

  private void run(String... statements) throws SQLException {
    try (Connection connection = mariaDb.connect(RunningServices.CONVERSATIONS);
        Statement statement = connection.createStatement()) {
      for (String sql : List.of(statements)) {
        statement.execute(sql);
      }
    }
  }
}
