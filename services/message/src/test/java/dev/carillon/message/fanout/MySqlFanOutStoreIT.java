package dev.carillon.message.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.conversation.Committed;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.ConversationStore;
import dev.carillon.message.conversation.ConversationStore.AppendResult;
import dev.carillon.message.conversation.ConversationStore.ConversationAppend;
import dev.carillon.message.conversation.FanOutStore;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.MySqlConversationStore;
import dev.carillon.message.conversation.MySqlFanOutStore;
import dev.carillon.message.conversation.TracedMessage;
import dev.carillon.message.rig.Databases;
import dev.carillon.message.rig.MessageRig;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.mysql.Schema;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.testing.RealMariaDb;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The conversation tables on a real database, as fan-out reads and marks them.
final class MySqlFanOutStoreIT extends FanOutStoreContract {
  @RegisterExtension static final RealMariaDb mariaDb = new RealMariaDb(MessageRig.CONVERSATIONS);

  private final Map<ConversationId, Head> heads = new HashMap<>();
  private MySqlDatabase database;

  @BeforeEach
  void open() throws Exception {
    database =
        MySqlDatabase.open(
            Databases.config(mariaDb, MessageRig.CONVERSATIONS), new Health(), Metrics.none());
    Schema.of(MySqlConversationStore.class, "schema/conversation").migrate(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Override
  FanOutStore store() {
    return new MySqlFanOutStore(database, 2, FailPoints.NONE);
  }

  @Override
  void write(Committed batch) {
    ConversationStore append = new MySqlConversationStore(database, FailPoints.NONE);
    long first = batch.messages().getFirst().message().seq();
    ConversationAppend added =
        new ConversationAppend(
            heads.put(batch.conversation(), batch.head()),
            batch.head(),
            batch.messages().stream().map(TracedMessage::message).toList(),
            Map.of(),
            batch.members().stream()
                .filter(member -> member.joinSeq() == first || member.leftSeq() == first)
                .toList());
    assertThat(append.append(List.of(added), () -> true)).isInstanceOf(AppendResult.Written.class);
  }
}
