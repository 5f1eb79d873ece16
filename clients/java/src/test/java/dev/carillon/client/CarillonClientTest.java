package dev.carillon.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.GoAway;
import dev.carillon.connection.v1.Goodbye;
import dev.carillon.connection.v1.Group;
import dev.carillon.connection.v1.GroupAck;
import dev.carillon.connection.v1.MemberList;
import dev.carillon.connection.v1.Send;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.type.v1.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class CarillonClientTest {
  /// A test that passes does not wait for it.
  private static final Duration LONG = Duration.ofMinutes(1);

  @RegisterExtension final TestClients clients = new TestClients();

  private final ScriptedGateway gateway = clients.gateway;
  private final List<Long> handed = clients.handed;

  @Test
  void sendsAgainWithTheSameIdAfterAReconnect() {
    CarillonClient client = clients.open();
    ScriptedGateway.Connection first = gateway.nextWelcomed();
    CompletableFuture<SentMessage> sent = client.send(Target.user("bob"), Content.text("hi"));
    Send attempt = nextSend(first);
    first.drop(null);

    ScriptedGateway.Connection second = gateway.nextConnection();
    assertThat(second.welcome().getResumeTicket()).isEqualTo(ScriptedGateway.TICKET);
    Send again = nextSend(second);

    assertThat(again.getClientMessageId()).isEqualTo(attempt.getClientMessageId());
    assertThat(attempt.getResend()).isFalse();
    assertThat(again.getResend()).isTrue();
    second.stored(again, 7);
    assertThat(sent.join().seq()).isEqualTo(7);
  }

  @Test
  void changesAGroupAgainWithTheSameIdAfterAReconnect() {
    CarillonClient client = clients.open();
    ScriptedGateway.Connection first = gateway.nextWelcomed();
    ConversationId group = ConversationId.random();
    CompletableFuture<GroupChange> left = client.removeMembers(group, List.of("ann"));
    Group attempt = first.frame(ClientFrame::hasGroup).getGroup();
    first.drop(null);

    ScriptedGateway.Connection second = gateway.nextWelcomed();
    Group again = second.frame(ClientFrame::hasGroup).getGroup();

    assertThat(attempt.getRemove().getClientMessageId().size()).isEqualTo(16);
    assertThat(again.getRemove()).isEqualTo(attempt.getRemove());
    second.say(
        ServerFrame.newBuilder()
            .setGroupAck(
                GroupAck.newBuilder()
                    .setRequestId(again.getRequestId())
                    .setConversationId(again.getConversationId())
                    .setSeq(7)
                    .addUserIds("ann")
                    .setDuplicate(true))
            .build());
    assertThat(left.join()).isEqualTo(new GroupChange(group, 7, List.of("ann"), true));
  }

  @Test
  void givesEveryChangeOfAGroupAnIdOfItsOwnUnlessItIsNamed() {
    CarillonClient client = clients.open();
    ScriptedGateway.Connection connection = gateway.nextWelcomed();
    ConversationId group = ConversationId.random();
    ClientMessageId id = ClientMessageId.random();
    client.addMembers(group, List.of("bob"));
    client.removeMembers(group, List.of("bob"));
    client.addMembers(group, List.of("bob"), id);

    List<ClientMessageId> ids = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Group change = connection.frame(ClientFrame::hasGroup).getGroup();
      MemberList list = change.hasAdd() ? change.getAdd() : change.getRemove();
      ids.add(ClientMessageId.of(list.getClientMessageId().toByteArray()));
      connection.refuse(change.getRequestId(), "NOT_A_MEMBER", false);
    }

    assertThat(ids).doesNotHaveDuplicates().endsWith(id);
  }

  @Test
  void keepsTheOrderOfAConversationWhenASendIsRefusedForNow() {
    CarillonClient client = clients.open();
    ScriptedGateway.Connection connection = gateway.nextWelcomed();
    client.send(Target.user("bob"), Content.text("first"));
    client.send(Target.user("bob"), Content.text("second"));

    Send first = nextSend(connection);
    connection.refuse(first.getRequestId(), "OVERLOADED", true);
    Send repeated = nextSend(connection);
    connection.stored(repeated, 1);
    Send second = nextSend(connection);

    assertThat(first.getBody().getText().getText()).isEqualTo("first");
    assertThat(repeated.getBody().getText().getText()).isEqualTo("first");
    assertThat(second.getBody().getText().getText()).isEqualTo("second");
  }

  @Test
  void leavesAnOverloadedServerAloneForAsLongAsItAsks() {
    CarillonClient client = clients.open();
    ScriptedGateway.Connection connection = gateway.nextWelcomed();
    client.send(Target.user("bob"), Content.text("hello"));

    Send first = nextSend(connection);
    long refusedAt = System.nanoTime();
    connection.refuseFor(first.getRequestId(), 300);
    nextSend(connection);

    assertThat(Duration.ofNanos(System.nanoTime() - refusedAt))
        .isGreaterThanOrEqualTo(Duration.ofMillis(300));
  }

  @Test
  void tellsTheReasonOfARefusal() {
    CarillonClient client = clients.open();
    ScriptedGateway.Connection connection = gateway.nextWelcomed();
    CompletableFuture<SentMessage> sent = client.send(Target.user("bob"), Content.text("hi"));

    connection.refuse(nextSend(connection).getRequestId(), "NOT_A_MEMBER", false);

    assertThatThrownBy(sent::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            CarillonException.class,
            refused -> {
              assertThat(refused.kind()).isEqualTo(CarillonException.Kind.REFUSED);
              assertThat(refused.reason()).isEqualTo("NOT_A_MEMBER");
            });
  }

  @Test
  void handsEveryMessageOverOnceAndAcknowledgesRepeats() {
    clients.open();
    ScriptedGateway.Connection connection = gateway.nextWelcomed();
    connection.deliver(Messages.message(1, 0));
    connection.redeliver(1, Messages.message(1, 0));
    connection.deliver(Messages.message(1, 0));
    connection.deliver(Messages.message(2, 1));

    connection.frame(frame -> frame.getDeliveryAck().getDeliveryNumber() == 3);
    assertThat(handed).containsExactly(1L, 2L);
  }

  @Test
  void acknowledgesLargeMessagesWithoutGatheringThem() {
    gateway.ackDelay(Duration.ofHours(1));
    clients.open();
    ScriptedGateway.Connection connection = gateway.nextWelcomed();
    connection.deliver(Messages.message(1, 0));
    connection.deliver(Messages.message(2, 1, "x".repeat(20_000)));

    connection.frame(frame -> frame.getDeliveryAck().getDeliveryNumber() == 2);
  }

  @Test
  void acknowledgesNothingThatTheListenerFailedOn() {
    AtomicInteger failures = new AtomicInteger();
    clients.open(message -> {
      if (failures.getAndIncrement() < 2) {
        throw new IllegalStateException("not now");
      }
      handed.add(message.seq());
    });
    ScriptedGateway.Connection connection = gateway.nextWelcomed();
    connection.deliver(Messages.message(1, 0));
    connection.deliver(Messages.message(2, 1));

    connection.frame(frame -> frame.getDeliveryAck().getDeliveryNumber() == 2);
    assertThat(handed).containsExactly(1L, 2L);
    assertThat(failures).hasValue(4);
  }

  @Test
  void tellsWhereTheConnectionStands() {
    CarillonClient client = clients.open();
    assertThat(client.state()).isEqualTo(ConnectionState.CONNECTING);
    ScriptedGateway.Connection connection = gateway.nextWelcomed();
    await().atMost(LONG).until(() -> client.state() == ConnectionState.CONNECTED);
    connection.drop(null);
    await().atMost(LONG).until(() -> client.state() == ConnectionState.CONNECTING);
    client.close();
    await().atMost(LONG).until(() -> client.state() == ConnectionState.CLOSED);
  }

  @Test
  void connectsWhereAGatewayThatGoesAwaySays() {
    clients.open();
    ScriptedGateway.Connection first = gateway.nextWelcomed();
    first.say(
        ServerFrame.newBuilder()
            .setGoAway(GoAway.newBuilder().setReconnectTo("elsewhere:4000"))
            .build());

    ScriptedGateway.Connection second = gateway.nextConnection();

    assertThat(second.endpoint().getHost()).isEqualTo("elsewhere");
    await().atMost(LONG).until(first::isClosed);
  }

  @Test
  void beatsUntilItIsTimeToGo() {
    gateway.heartbeatInterval(Duration.ofMillis(10));
    clients.open();
    ScriptedGateway.Connection connection = gateway.nextConnection();
    connection.answerHeartbeats();
    connection.welcome();
    goAway(connection, Duration.ofMinutes(5));
    long told = connection.frame(ClientFrame::hasHeartbeat).getHeartbeat().getToken();

    connection.frame(frame -> frame.getHeartbeat().getToken() > told + 3);
    assertThat(connection.isClosed()).isFalse();
  }

  @Test
  void leavesAConnectionThatDiesBeforeItIsTimeToGo() {
    gateway.heartbeatInterval(Duration.ofMillis(10));
    clients.open();
    ScriptedGateway.Connection first = gateway.nextWelcomed();
    goAway(first, Duration.ofMinutes(5));

    assertThat(gateway.nextConnection().hello().getResumeTicket())
        .isEqualTo(ScriptedGateway.TICKET);
    assertThat(first.isClosed()).isTrue();
  }

  @Test
  void givesUpWhenItsOnlyTokenIsRefused() {
    CarillonClient client = clients.open();
    ScriptedGateway.Connection connection = gateway.nextConnection();
    connection.hello();
    goodbye(connection, "TOKEN_INVALID");

    assertThatThrownBy(() -> client.signedIn().join())
        .cause()
        .isInstanceOfSatisfying(
            CarillonException.class,
            refused ->
                assertThat(refused.kind()).isEqualTo(CarillonException.Kind.SIGN_IN_REFUSED));
    assertThat(gateway.isQuiet()).isTrue();
  }

  @Test
  void asksForAnotherTokenWhenOneHasExpired() {
    AtomicInteger tokens = new AtomicInteger();
    clients.closedLater(
        clients
            .describe(message -> handed.add(message.seq()))
            .tokens(() -> "token " + tokens.incrementAndGet())
            .open());
    ScriptedGateway.Connection first = gateway.nextConnection();
    assertThat(first.hello().getToken()).isEqualTo("token 1");
    goodbye(first, "TOKEN_EXPIRED");

    assertThat(gateway.nextConnection().hello().getToken()).isEqualTo("token 2");
  }

  @Test
  void staysAwayWhenAnotherSessionOfTheDeviceTookItsPlace() {
    CarillonClient client = clients.open();
    ScriptedGateway.Connection connection = gateway.nextWelcomed();
    client.signedIn().join();
    goodbye(connection, "SESSION_REPLACED");

    assertThatThrownBy(() -> client.send(Target.user("bob"), Content.text("hi")).join())
        .cause()
        .hasMessageContaining("SESSION_REPLACED");
    assertThat(gateway.isQuiet()).isTrue();
  }

  private static Send nextSend(ScriptedGateway.Connection connection) {
    return connection.frame(ClientFrame::hasSend).getSend();
  }

  private static void goAway(ScriptedGateway.Connection connection, Duration notBefore) {
    connection.say(
        ServerFrame.newBuilder()
            .setGoAway(
                GoAway.newBuilder()
                    .setNotBefore(
                        com.google.protobuf.Duration.newBuilder()
                            .setSeconds(notBefore.toSeconds())))
            .build());
  }

  private static void goodbye(ScriptedGateway.Connection connection, String reason) {
    connection.say(
        ServerFrame.newBuilder()
            .setGoodbye(Goodbye.newBuilder().setRefusal(Refusal.newBuilder().setReason(reason)))
            .build());
    connection.drop(null);
  }
}
