package dev.carillon.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.HeartbeatAck;
import dev.carillon.connection.v1.History;
import dev.carillon.connection.v1.Lagging;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Sync;
import dev.carillon.message.v1.SyncMailboxResponse;
import dev.carillon.message.v1.ThreadChange;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// How a client comes by what was not delivered to it, or could not be taken in.
final class CatchUpTest {
  /// A test that passes does not wait for it.
  private static final Duration LONG = Duration.ofMinutes(1);

  @RegisterExtension final TestClients clients = new TestClients();

  private final ScriptedGateway gateway = clients.gateway;
  private final List<Long> handed = clients.handed;
  private final InMemoryCursorStore cursors = clients.cursors;

  @Test
  void pullsWhatAGapMissesBeforeItHandsLaterMessagesOver() {
    clients.open();
    ScriptedGateway.Connection connection = gateway.nextWelcomed();
    connection.deliver(Messages.message(1, 0));
    connection.deliver(Messages.message(9, 5));

    History pull = connection.frame(ClientFrame::hasHistory).getHistory();
    assertThat(pull.getAfterSeq()).isEqualTo(1);
    connection.history(
        pull.getRequestId(), List.of(Messages.message(3, 1), Messages.message(5, 3)));

    await().atMost(LONG).untilAsserted(() -> assertThat(handed).containsExactly(1L, 3L, 5L, 9L));
  }

  @Test
  void catchesUpWhenTheMailboxIsAheadAtSignIn() {
    gateway.mailboxVersion(4);
    clients.open();
    ScriptedGateway.Connection connection = gateway.nextWelcomed();

    answerSync(connection, 4, Messages.message(1, 0), Messages.message(2, 1));

    await().atMost(LONG).untilAsserted(() -> assertThat(handed).containsExactly(1L, 2L));
    await().atMost(LONG).untilAsserted(() -> assertThat(cursors.mailboxVersion()).isEqualTo(4));
  }

  @Test
  void catchesUpWhenTheServerSaysThatItLags() {
    clients.open();
    ScriptedGateway.Connection connection = gateway.nextWelcomed();
    connection.say(ServerFrame.newBuilder().setLagging(Lagging.getDefaultInstance()).build());

    answerSync(connection, 1, Messages.message(1, 0));

    await().atMost(LONG).untilAsserted(() -> assertThat(handed).containsExactly(1L));
  }

  @Test
  void catchesUpAgainAfterASyncThatFailed() {
    gateway.mailboxVersion(4);
    clients.open();
    ScriptedGateway.Connection connection = gateway.nextWelcomed();
    for (int i = 0; i < 2; i++) {
      Sync failing = connection.frame(ClientFrame::hasSync).getSync();
      connection.refuse(failing.getRequestId(), "INTERNAL", false);
    }

    answerSync(connection, 4, Messages.message(1, 0), Messages.message(2, 1));

    await().atMost(LONG).untilAsserted(() -> assertThat(handed).containsExactly(1L, 2L));
    await().atMost(LONG).untilAsserted(() -> assertThat(cursors.mailboxVersion()).isEqualTo(4));
  }

  @Test
  void catchesUpOnTheNextConnectionAfterASyncThatFailed() {
    clients.open();
    ScriptedGateway.Connection first = gateway.nextWelcomed();
    first.say(ServerFrame.newBuilder().setLagging(Lagging.getDefaultInstance()).build());
    Sync failing = first.frame(ClientFrame::hasSync).getSync();
    first.refuse(failing.getRequestId(), "INTERNAL", false);
    first.drop(null);

    answerSync(gateway.nextWelcomed(), 1, Messages.message(1, 0));

    await().atMost(LONG).untilAsserted(() -> assertThat(handed).containsExactly(1L));
  }

  @Test
  void catchesUpWhenAGapCouldNotBePulled() {
    clients.open();
    ScriptedGateway.Connection connection = gateway.nextWelcomed();
    connection.deliver(Messages.message(1, 0));
    connection.deliver(Messages.message(9, 5));
    History pull = connection.frame(ClientFrame::hasHistory).getHistory();
    connection.refuse(pull.getRequestId(), "INTERNAL", false);

    answerSync(connection, 1, Messages.message(5, 1), Messages.message(9, 5));

    await().atMost(LONG).untilAsserted(() -> assertThat(handed).containsExactly(1L, 5L, 9L));
  }

  @Test
  void catchesUpWhenTheWelcomeCannotTellTheVersion() {
    gateway.mailboxVersion(ScriptedGateway.UNKNOWN);
    clients.open();

    answerSync(gateway.nextWelcomed(), 1, Messages.message(1, 0));

    await().atMost(LONG).untilAsserted(() -> assertThat(handed).containsExactly(1L));
  }

  @Test
  void catchesUpWhenAHeartbeatTellsOfALostTail() {
    cursors.processed(ConversationId.of(Messages.CONVERSATION.toByteArray()), 1);
    clients.open();
    ScriptedGateway.Connection connection = gateway.nextWelcomed();
    connection.say(
        ServerFrame.newBuilder()
            .setHeartbeatAck(HeartbeatAck.newBuilder().setMailboxVersion(9))
            .build());

    answerSync(connection, 9, Messages.message(2, 1));

    await().atMost(LONG).untilAsserted(() -> assertThat(handed).containsExactly(2L));
  }

  @Test
  void takesNumbersAgainThatARestoredServerHasLost() {
    ConversationId kept = ConversationId.of(Messages.CONVERSATION.toByteArray());
    ConversationId lost = ConversationId.random();
    cursors.processed(kept, 7);
    cursors.processed(lost, 3);
    cursors.completeUpTo(20);
    gateway.mailboxVersion(12);
    clients.open();
    ScriptedGateway.Connection connection = gateway.nextWelcomed();

    Sync sync = answerSync(connection, 12, Messages.message(4, 3), Messages.message(5, 4));
    assertThat(sync.getAfterVersion()).isEqualTo(20);
    await().atMost(LONG).untilAsserted(() -> assertThat(cursors.mailboxVersion()).isEqualTo(12));
    assertThat(handed).isEmpty();
    assertThat(cursors.lastSeq(kept)).hasValue(5);
    assertThat(cursors.lastSeq(lost)).isEmpty();

    connection.deliver(Messages.message(6, 5));
    await().atMost(LONG).untilAsserted(() -> assertThat(handed).containsExactly(6L));
  }

  @Test
  void learnsFromAHeartbeatThatTheServerWasRestored() {
    cursors.completeUpTo(20);
    gateway.mailboxVersion(20);
    clients.open();
    ScriptedGateway.Connection connection = gateway.nextWelcomed();
    connection.say(
        ServerFrame.newBuilder()
            .setHeartbeatAck(HeartbeatAck.newBuilder().setMailboxVersion(12))
            .build());

    answerSync(connection, 12, Messages.message(1, 0));
    await().atMost(LONG).untilAsserted(() -> assertThat(cursors.mailboxVersion()).isEqualTo(12));
    assertThat(handed).containsExactly(1L);
  }

  private static Sync answerSync(
      ScriptedGateway.Connection connection, long version, dev.carillon.type.v1.Message... newest) {
    Sync sync = connection.frame(ClientFrame::hasSync).getSync();
    connection.syncPage(
        sync.getRequestId(),
        SyncMailboxResponse.newBuilder()
            .setVersion(version)
            .addChanges(
                ThreadChange.newBuilder()
                    .setThread(
                        dev.carillon.type.v1.Thread.newBuilder()
                            .setConversationId(Messages.CONVERSATION)
                            .setLastSeq(newest[newest.length - 1].getSeq())
                            .setVersion(version))
                    .addAllMessages(List.of(newest)))
            .build());
    return sync;
  }
}
