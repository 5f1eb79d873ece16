package dev.carillon.message.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.conversation.MessageStep;
import dev.carillon.message.store.ConversationStore.AppendResult;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.mysql.MySqlException;
import dev.carillon.testing.RealMariaDb;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The conversation tables on a real database, as the append path and history use them.
final class MySqlConversationStoreIT extends ConversationStoreContract {
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

  @Test
  void writesNothingWhenTheDatabaseIsLostBeforeTheCommit() {
    ConversationStore failing =
        new MySqlConversationStore(database, losingTheDatabase(MessageStep.APPEND_BEFORE_COMMIT));

    assertThat(failing.append(List.of(first(message(ANN_BOB, 1, 0, "ann", 1))), () -> true))
        .isInstanceOf(AppendResult.Failed.class);

    assertThat(store().heads(List.of(ANN_BOB))).isEmpty();
  }

  @Test
  void doesNotKnowWhatBecameOfACommitWhoseAnswerIsLost() {
    ConversationStore failing =
        new MySqlConversationStore(database, losingTheDatabase(MessageStep.APPEND_AFTER_COMMIT));

    assertThat(failing.append(List.of(first(message(ANN_BOB, 1, 0, "ann", 1))), () -> true))
        .isInstanceOf(AppendResult.Unknown.class);

    assertThat(store().heads(List.of(ANN_BOB))).hasSize(1);
  }

  private static FailPoints losingTheDatabase(MessageStep step) {
    return point -> {
      if (point.equals(step)) {
        throw MySqlException.lost(point.title());
      }
    };
  }
}
