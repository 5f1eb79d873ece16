package dev.carillon.message.store;

import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.testing.RealMariaDb;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Threads on a real database, as sync reads them.
final class MySqlThreadReaderIT extends ThreadReaderContract {
  @RegisterExtension static final RealMariaDb mariaDb = new RealMariaDb(ConversationDatabase.NAME);

  private MySqlDatabase database;

  @BeforeEach
  void open() throws Exception {
    database = ConversationDatabase.open(mariaDb);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Override
  ConversationStore store() {
    return new MySqlConversationStore(database, FailPoints.NONE);
  }

  @Override
  ThreadReader reader() {
    return new MySqlThreadReader(database);
  }
}
