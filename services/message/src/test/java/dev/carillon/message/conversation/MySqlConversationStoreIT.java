package dev.carillon.message.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.conversation.ConversationStore.AppendResult;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.failpoints.SwitchedFailPoints;
import dev.carillon.runtime.mysql.MySqlDatabase;
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
    SwitchedFailPoints points = new SwitchedFailPoints();
    points.arm(List.of("message.append.before-commit=fail"));
    ConversationStore failing = new MySqlConversationStore(database, points);

    assertThat(failing.append(List.of(first(message(ANN_BOB, 1, 0, "ann", 1))), () -> true))
        .isInstanceOf(AppendResult.Failed.class);

    assertThat(store().heads(List.of(ANN_BOB))).isEmpty();
  }

  @Test
  void doesNotKnowWhatBecameOfACommitWhoseAnswerIsLost() {
    SwitchedFailPoints points = new SwitchedFailPoints();
    points.arm(List.of("message.append.after-commit=fail"));
    ConversationStore failing = new MySqlConversationStore(database, points);

    assertThat(failing.append(List.of(first(message(ANN_BOB, 1, 0, "ann", 1))), () -> true))
        .isInstanceOf(AppendResult.Unknown.class);

    assertThat(store().heads(List.of(ANN_BOB))).hasSize(1);
  }
}
