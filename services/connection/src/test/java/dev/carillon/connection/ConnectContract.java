package dev.carillon.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Durations;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.refusal.Refusals;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.Group;
import dev.carillon.connection.v1.Heartbeat;
import dev.carillon.connection.v1.Hello;
import dev.carillon.connection.v1.History;
import dev.carillon.connection.v1.ListGroupMembers;
import dev.carillon.connection.v1.MemberList;
import dev.carillon.connection.v1.Refused;
import dev.carillon.connection.v1.Send;
import dev.carillon.connection.v1.SendAck;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Sync;
import dev.carillon.connection.v1.Welcome;
import dev.carillon.runtime.identity.ConversationIds;
import dev.carillon.type.v1.AckLevel;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Custom;
import dev.carillon.type.v1.MembershipChange;
import dev.carillon.type.v1.Text;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the protocol promises, whatever carries it.
abstract class ConnectContract {
  private final List<Device> devices = new ArrayList<>();
  private TestGateway gateway = TestGateway.start();

  /// A new connection of this carrier.
  abstract Device connect(TestGateway gateway);

  @BeforeEach
  void mailboxes() {
    gateway.messages.version("ann", 41);
    gateway.messages.version("bob", 7);
  }

  @AfterEach
  void stop() {
    devices.forEach(Device::close);
    gateway.close();
  }

  @Test
  void welcomesADeviceWithAGoodToken() {
    Welcome welcome = open().signIn(gateway.token("ann"), "phone");

    assertThat(welcome.getUserId()).isEqualTo("ann");
    assertThat(welcome.getSessionId()).isPositive();
    assertThat(welcome.getMailboxVersion()).isEqualTo(41);
    assertThat(welcome.getHeartbeatInterval().getSeconds()).isEqualTo(30);
    assertThat(welcome.getHeartbeatTimeout().getSeconds()).isEqualTo(60);
    assertThat(welcome.getRedeliveryAfter().getSeconds()).isEqualTo(5);
    assertThat(Durations.toMillis(welcome.getAckDelay())).isEqualTo(200);
    assertThat(welcome.getCreditWindow()).isEqualTo(TestGateway.WINDOW);
    assertThat(welcome.getLimits().getMaxFrameSize()).isEqualTo(TestGateway.MAX_FRAME);
    assertThat(welcome.getLimits().getMaxBodySize()).isEqualTo(TestGateway.MAX_BODY);
    assertThat(welcome.getLimits().getMaxRequestsInFlight()).isEqualTo(TestGateway.MAX_REQUESTS);
    assertThat(welcome.getResumed()).isFalse();
    assertThat(gateway.announcer().snapshot()).containsExactly("ann/phone");
  }

  @Test
  void welcomesADeviceWhileTheMailboxVersionIsOutOfReach() {
    assertThat(open().signIn(gateway.token("eve"), "phone").getMailboxVersion()).isZero();
  }

  @Test
  void answersHeartbeatsWithTheMailboxVersion() {
    Device device = signedIn("ann", "phone");

    device.send(heartbeat(99));

    ServerFrame answer = device.next();
    assertThat(answer.getHeartbeatAck().getToken()).isEqualTo(99);
    assertThat(answer.getHeartbeatAck().getMailboxVersion()).isEqualTo(41);
  }

  @Test
  void answersHeartbeatsWithoutAVersionThatCannotBeRead() {
    Device device = signedIn("eve", "phone");

    device.send(heartbeat(5));

    ServerFrame answer = device.next();
    assertThat(answer.getHeartbeatAck().getToken()).isEqualTo(5);
    assertThat(answer.getHeartbeatAck().hasMailboxVersion()).isFalse();
  }

  @Test
  void acknowledgesAMessageThatIsStored() {
    Device device = signedIn("ann", "phone");

    device.send(sendToBob(1, 1, text("hello")));

    SendAck ack = device.next().getSendAck();
    ByteString conversation = ByteString.copyFrom(ConversationIds.direct("ann", "bob"));
    assertThat(ack.getRequestId()).isEqualTo(1);
    assertThat(ack.getConversationId()).isEqualTo(conversation);
    assertThat(ack.getSeq()).isEqualTo(1);
    assertThat(ack.getLevel()).isEqualTo(AckLevel.ACK_LEVEL_STORED);
    assertThat(ack.getDuplicate()).isFalse();
    assertThat(ack.getClientMessageId()).isEqualTo(messageId(1));
    assertThat(gateway.messages.appended(conversation))
        .singleElement()
        .satisfies(item -> {
          assertThat(item.getSender()).isEqualTo("ann");
          assertThat(item.getDirectPeer()).isEqualTo("bob");
        });
  }

  @Test
  void carriesTheTraceOfASenderOn() {
    Device device = signedIn("ann", "phone");
    String trace = "00-0af7651916cd43dd8448eb211c80319c";

    device.send(
        frame(
            send(1, text("traced"))
                .setToUser("bob")
                .setTraceparent(trace + "-b7ad6b7169203331-01")));

    assertThat(device.next().hasSendAck()).isTrue();
    ByteString conversation = ByteString.copyFrom(ConversationIds.direct("ann", "bob"));
    assertThat(gateway.messages.appended(conversation).getFirst().getTraceparent())
        .startsWith(trace)
        .doesNotContain("b7ad6b7169203331")
        .endsWith("-01");
  }

  @Test
  void tellsAResendFromANewMessage() {
    Device device = signedIn("ann", "phone");
    device.send(sendToBob(1, 1, text("hello")));
    device.next();

    device.send(sendToBob(2, 1, text("hello")));

    SendAck ack = device.next().getSendAck();
    assertThat(ack.getDuplicate()).isTrue();
    assertThat(ack.getSeq()).isEqualTo(1);
  }

  @Test
  void handsOnTheRefusalOfTheMessageService() {
    Device device = signedIn("ann", "phone");
    gateway.messages.refuse(Refusals.of(ConnectionError.OVERLOADED, "queue: full"));

    device.send(sendToBob(3, 1, text("hello")));

    Refused refused = device.next().getRefused();
    assertThat(refused.getRequestId()).isEqualTo(3);
    assertThat(refused.getRefusal().getReason()).isEqualTo("OVERLOADED");
    assertThat(refused.getRefusal().getRetryable()).isTrue();
  }

  @Test
  void refusesMessagesThatBreakTheRulesAndGoesOn() {
    Device device = signedIn("ann", "phone");

    device.send(frame(send(1, text("x")).setToUser("bob").setClientMessageId(ByteString.EMPTY)));
    device.send(frame(send(2, text("x"))));
    device.send(frame(send(3, text("x")).setConversationId(ByteString.copyFromUtf8("short"))));
    device.send(sendToBob(4, 1, Body.getDefaultInstance()));
    device.send(
        sendToBob(5, 1, body(Body.newBuilder().setMembership(MembershipChange.newBuilder()))));
    device.send(sendToBob(6, 1, text("x".repeat(TestGateway.MAX_BODY))));
    device.send(frame(send(7, text("x")).setToUser("b\u0001b")));

    assertThat(reasons(device, 7))
        .containsExactly(
            "1 REQUEST_INVALID",
            "2 REQUEST_INVALID",
            "3 REQUEST_INVALID",
            "4 BODY_INVALID",
            "5 BODY_INVALID",
            "6 BODY_TOO_LARGE",
            "7 REQUEST_INVALID");
    device.send(sendToBob(8, 1, text("good")));
    assertThat(device.next().getSendAck().getRequestId()).isEqualTo(8);
  }

  @Test
  void refusesOtherRequestsThatBreakTheRulesAndGoesOn() {
    Device device = signedIn("ann", "phone");

    device.send(frame(Sync.newBuilder().setRequestId(1).setLimit(201)));
    device.send(frame(History.newBuilder().setRequestId(2)));
    device.send(frame(History.newBuilder().setRequestId(3).setWithUser("bob").setLimit(-1)));
    device.send(frame(Group.newBuilder().setRequestId(4).setConversationId(messageId(1))));
    device.send(
        frame(Group.newBuilder().setRequestId(5).setAdd(MemberList.newBuilder().addUserIds("a"))));

    assertThat(reasons(device, 5))
        .containsExactly(
            "1 REQUEST_INVALID",
            "2 REQUEST_INVALID",
            "3 REQUEST_INVALID",
            "4 REQUEST_INVALID",
            "5 REQUEST_INVALID");
    device.send(heartbeat(6));
    assertThat(device.next().hasHeartbeatAck()).isTrue();
  }

  @Test
  void bringsHistoryAndMembership() {
    Device device = signedIn("ann", "phone");
    device.send(sendToBob(1, 1, text("hello")));
    device.next();

    device.send(frame(History.newBuilder().setRequestId(2).setWithUser("bob")));
    ServerFrame history = device.next();
    device.send(
        frame(
            Group.newBuilder()
                .setRequestId(3)
                .setConversationId(messageId(9))
                .setAdd(MemberList.newBuilder().addUserIds("cid"))));
    ServerFrame added = device.next();
    device.send(
        frame(
            Group.newBuilder()
                .setRequestId(4)
                .setConversationId(messageId(9))
                .setList(ListGroupMembers.getDefaultInstance())));

    assertThat(history.getHistoryPage().getPage().getMessagesList())
        .singleElement()
        .satisfies(message -> assertThat(message.getBody().getText().getText()).isEqualTo("hello"));
    assertThat(added.getGroupAck().getUserIdsList()).containsExactly("cid");
    assertThat(device.next().getGroupAck().getUserIdsList()).containsExactly("ann");
  }

  @Test
  void refusesMoreRequestsThanAllowedAtATime() {
    Device device = signedIn("ann", "phone");
    gateway.messages.hold();

    for (int id = 1; id <= TestGateway.MAX_REQUESTS + 1; id++) {
      device.send(sendToBob(id, id, text("x")));
    }

    assertThat(reasons(device, 1)).containsExactly("5 TOO_MANY_REQUESTS");
    gateway.messages.release();
    for (int id = 1; id <= TestGateway.MAX_REQUESTS; id++) {
      assertThat(device.next().getSendAck().getRequestId()).isEqualTo(id);
    }
  }

  @Test
  void deliversInOrderToAllDevicesOfAUser() {
    Device phone = signedIn("bob", "phone");
    Device laptop = signedIn("bob", "laptop");

    assertThat(gateway.deliver(1, 5, "bob", "nobody").getAbsentUserIdsList())
        .containsExactly("nobody");

    for (Device device : List.of(phone, laptop)) {
      for (int number = 1; number <= 5; number++) {
        ServerFrame frame = device.next();
        assertThat(frame.getDeliver().getDeliveryNumber()).isEqualTo(number);
        assertThat(frame.getDeliver().getMessage())
            .isEqualTo(TestGateway.message(number, "text " + number));
      }
    }
  }

  @Test
  void sendsAgainWhatIsNotAcknowledgedAndThenGivesUp() {
    Device device = signedIn("bob", "phone");
    gateway.deliver(1, 3, "bob");
    assertThat(deliveryNumbers(device, 3)).containsExactly(1L, 2L, 3L);
    device.acknowledge(1);
    awaitHandled(device);

    for (int again = 2; again <= 3; again++) {
      gateway.clock.advance(TestGateway.REDELIVERY_AFTER);
      assertThat(deliveryNumbers(device, 2)).containsExactly(2L, 3L);
    }
    gateway.clock.advance(TestGateway.REDELIVERY_AFTER);

    assertThat(device.goodbye()).isEqualTo("NOT_ACKNOWLEDGING");
    await().until(() -> gateway.presence.devices("bob").isEmpty());
  }

  @Test
  void sendsNothingAgainThatIsAcknowledged() {
    Device device = signedIn("bob", "phone");
    gateway.deliver(1, 3, "bob");
    assertThat(deliveryNumbers(device, 3)).containsExactly(1L, 2L, 3L);
    device.acknowledge(3);
    awaitHandled(device);

    gateway.clock.advance(TestGateway.REDELIVERY_AFTER.multipliedBy(2));
    gateway.deliver(4, 4, "bob");

    assertThat(deliveryNumbers(device, 1)).containsExactly(4L);
  }

  @Test
  void leavesOutWhatDoesNotFitUntilTheDeviceSyncs() {
    Device device = signedIn("bob", "phone");
    gateway.deliver(1, TestGateway.WINDOW + 3, "bob");
    assertThat(deliveryNumbers(device, TestGateway.WINDOW)).endsWith((long) TestGateway.WINDOW);
    assertThat(device.next().hasLagging()).isTrue();
    device.acknowledge(TestGateway.WINDOW);
    awaitHandled(device);
    gateway.deliver(20, 20, "bob");
    awaitHandled(device);

    device.send(frame(Sync.newBuilder().setRequestId(1)));
    assertThat(device.next().getSyncPage().getPage().getVersion()).isEqualTo(7);
    gateway.deliver(21, 21, "bob");

    ServerFrame frame = device.next();
    assertThat(frame.getDeliver().getDeliveryNumber()).isEqualTo(TestGateway.WINDOW + 1);
    assertThat(frame.getDeliver().getMessage().getSeq()).isEqualTo(21);
    assertThat(gateway.messages.syncs())
        .singleElement()
        .satisfies(sync -> {
          assertThat(sync.getUserId()).isEqualTo("bob");
          assertThat(sync.getDeviceId()).isEqualTo("phone");
          assertThat(sync.hasAfterVersion()).isFalse();
        });
  }

  @Test
  void ignoresAHomeThatIsOneNoLonger() {
    Device device = signedIn("bob", "phone");
    assertThat(gateway.deliver(9, 1, 1, "bob").hasRefusal()).isFalse();

    assertThat(gateway.deliver(8, 2, 2, "bob").getRefusal().getReason()).isEqualTo("STALE_EPOCH");
    assertThat(gateway.deliver(10, 3, 3, "bob").hasRefusal()).isFalse();

    assertThat(device.next().getDeliver().getMessage().getSeq()).isEqualTo(1);
    assertThat(device.next().getDeliver().getMessage().getSeq()).isEqualTo(3);
  }

  @Test
  void endsAConnectionThatDoesNotSignIn() {
    Device device = open();

    await()
        .until(() -> {
          // The server's patience begins at a moment that the client cannot see.
          gateway.clock.advance(Duration.ofSeconds(1));
          return device.isEnded();
        });

    assertThat(device.goodbye()).isEqualTo("HELLO_TIMEOUT");
  }

  @Test
  void endsAConnectionWithoutHeartbeats() {
    Device device = signedIn("ann", "phone");
    gateway.clock.advance(Duration.ofSeconds(59));
    device.send(heartbeat(1));
    assertThat(device.next().hasHeartbeatAck()).isTrue();
    gateway.clock.advance(Duration.ofSeconds(59));
    device.send(sendToBob(1, 1, text("x")));
    assertThat(device.next().hasSendAck()).isTrue();

    gateway.clock.advance(Duration.ofSeconds(2));

    assertThat(device.goodbye()).isEqualTo("HEARTBEAT_TIMEOUT");
    await().until(() -> gateway.presence.devices("ann").isEmpty());
  }

  @Test
  void endsAConnectionThatBreaksTheProtocol() {
    byte[] nonsense = "no frame".getBytes(StandardCharsets.UTF_8);
    Device malformed = open();
    malformed.sendBytes(nonsense);
    Device early = open();
    early.send(heartbeat(1));
    Device empty = open();
    empty.sendBytes(new byte[0]);
    Device later = signedIn("ann", "one");
    later.sendBytes(nonsense);
    Device twice = signedIn("ann", "two");
    twice.send(hello(Device.hello("two").setToken(gateway.token("ann"))));
    Device future = signedIn("ann", "three");
    future.acknowledge(1);
    Device unnamed = open();
    unnamed.send(hello(Device.hello("").setToken(gateway.token("ann"))));

    for (Device device : List.of(malformed, early, empty, later, twice, future, unnamed)) {
      assertThat(device.goodbye()).isEqualTo("PROTOCOL_ERROR");
    }
  }

  @Test
  void endsAConnectionOfAnotherVersion() {
    Device device = open();

    device.send(hello(Device.hello("phone").setProtocolVersion(2).setToken(gateway.token("ann"))));

    assertThat(device.goodbye()).isEqualTo("VERSION_UNSUPPORTED");
  }

  @Test
  void endsAConnectionThatSendsTooLargeAFrame() {
    Device device = signedIn("ann", "phone");
    Device neighbour = signedIn("bob", "phone");

    device.send(sendToBob(1, 1, custom(TestGateway.MAX_FRAME)));

    assertThat(device.goodbye()).isEqualTo("FRAME_TOO_LARGE");
    neighbour.send(heartbeat(1));
    assertThat(neighbour.next().hasHeartbeatAck()).isTrue();
  }

  @Test
  void believesNoTokenButAGoodOne() {
    Device unsigned = open();
    unsigned.send(hello(Device.hello("phone").setToken("nonsense")));
    Device without = open();
    without.send(hello(Device.hello("phone")));
    Device expired = open();
    expired.send(
        hello(
            Device.hello("phone")
                .setToken(
                    gateway.tokens.token(
                        "ann", gateway.clock.instant().minus(Duration.ofHours(1))))));

    assertThat(unsigned.goodbye()).isEqualTo("TOKEN_INVALID");
    assertThat(without.goodbye()).isEqualTo("TOKEN_INVALID");
    assertThat(expired.goodbye()).isEqualTo("TOKEN_EXPIRED");
  }

  @Test
  void resumesWithATicketOfTheSameDevice() {
    ByteString ticket = open().signIn(gateway.token("ann"), "phone").getResumeTicket();
    Device again = open();
    Device other = open();

    again.send(hello(Device.hello("phone").setResumeTicket(ticket)));
    other.send(hello(Device.hello("laptop").setResumeTicket(ticket)));

    Welcome welcome = again.next().getWelcome();
    assertThat(welcome.getUserId()).isEqualTo("ann");
    assertThat(welcome.getResumed()).isTrue();
    assertThat(welcome.getResumeTicket()).isNotEmpty();
    assertThat(other.goodbye()).isEqualTo("TICKET_INVALID");
  }

  @Test
  void replacesAnOlderSessionOfTheSameDevice() {
    Device older = signedIn("ann", "phone");
    Device newer = signedIn("ann", "phone");

    assertThat(older.goodbye()).isEqualTo("SESSION_REPLACED");
    newer.send(heartbeat(1));
    assertThat(newer.next().hasHeartbeatAck()).isTrue();
    await().until(() -> gateway.presence.devices("ann").size() == 1);
  }

  @Test
  void believesTheDeviceWhichOfItsConnectionsIsTheNewer() {
    Device newer = open();
    newer.send(numbered(2));
    assertThat(newer.next().hasWelcome()).isTrue();
    Device older = open();
    older.send(numbered(1));

    assertThat(older.goodbye()).isEqualTo("SESSION_REPLACED");
    awaitHandled(newer);

    Device newest = open();
    newest.send(numbered(3));
    assertThat(newer.goodbye()).isEqualTo("SESSION_REPLACED");
    assertThat(newest.next().hasWelcome()).isTrue();
    awaitHandled(newest);
  }

  private ClientFrame.Builder numbered(long connection) {
    return hello(
        Device.hello("phone").setToken(gateway.token("ann")).setConnectionNumber(connection));
  }

  @Test
  void endsASessionThatConnectedElsewhereSince() {
    Device device = signedIn("ann", "phone");

    gateway.announcer().supersede(gateway.presence.devices("ann").getFirst(), "ann");

    assertThat(device.goodbye()).isEqualTo("SESSION_REPLACED");
  }

  @Test
  void keepsNothingOfADeviceThatHasNotBeenWelcomed() {
    Device device = open();
    gateway.messages.holdVersions();
    device.send(hello(Device.hello("phone").setToken(gateway.token("ann"))));
    await().until(() -> !gateway.presence.devices("ann").isEmpty());

    device.send(sendToBob(1, 1, text("eager")));

    assertThat(device.goodbye()).isEqualTo("PROTOCOL_ERROR");
    gateway.messages.release();
  }

  @Test
  void readsNoLargeFrameOfAStranger() {
    Device device = open();

    device.send(hello(Device.hello("phone").setToken("x".repeat(20_000))));

    assertThat(device.goodbye()).isEqualTo("FRAME_TOO_LARGE");
  }

  @Test
  void readsLargerFramesOnceADeviceHasSignedIn() {
    Device device = signedIn("ann", "phone");

    device.send(sendToBob(1, 1, text("x".repeat(30_000))));

    assertThat(device.next().getSendAck().getRequestId()).isEqualTo(1);
  }

  @Test
  void forgetsADeviceThatLeaves() {
    Device device = signedIn("ann", "phone");

    device.close();

    await().until(() -> gateway.presence.devices("ann").isEmpty());
    assertThat(gateway.deliver(1, 1, "ann").getAbsentUserIdsList()).containsExactly("ann");
    assertThat(gateway.app.sessions()).isZero();
  }

  final TestGateway gateway() {
    return gateway;
  }

  final Device open() {
    Device device = connect(gateway);
    devices.add(device);
    return device;
  }

  final Device signedIn(String user, String deviceId) {
    Device device = open();
    assertThat(device.signIn(gateway.token(user), deviceId).getUserId()).isEqualTo(user);
    return device;
  }

  /// Returns when the gateway has handled all that the device has sent.
  static void awaitHandled(Device device) {
    device.send(heartbeat(-1));
    ServerFrame frame = device.next();
    assertThat(frame.getHeartbeatAck().getToken()).isEqualTo(-1);
  }

  static ClientFrame.Builder heartbeat(long token) {
    return ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setToken(token));
  }

  static ClientFrame.Builder sendToBob(long request, int message, Body body) {
    return frame(send(request, body).setToUser("bob").setClientMessageId(messageId(message)));
  }

  static Body text(String text) {
    return body(Body.newBuilder().setText(Text.newBuilder().setText(text)));
  }

  private static Body custom(int size) {
    Custom custom =
        Custom.newBuilder().setType("t").setData(ByteString.copyFrom(new byte[size])).build();
    return body(Body.newBuilder().setCustom(custom));
  }

  private static Body body(Body.Builder body) {
    return body.build();
  }

  private static Send.Builder send(long request, Body body) {
    return Send.newBuilder().setRequestId(request).setClientMessageId(messageId(1)).setBody(body);
  }

  private static ByteString messageId(int number) {
    byte[] id = new byte[16];
    id[15] = (byte) number;
    return ByteString.copyFrom(id);
  }

  private static ClientFrame.Builder hello(Hello.Builder hello) {
    return ClientFrame.newBuilder().setHello(hello);
  }

  private static ClientFrame.Builder frame(Send.Builder send) {
    return ClientFrame.newBuilder().setSend(send);
  }

  static ClientFrame.Builder frame(Sync.Builder sync) {
    return ClientFrame.newBuilder().setSync(sync);
  }

  private static ClientFrame.Builder frame(History.Builder history) {
    return ClientFrame.newBuilder().setHistory(history);
  }

  private static ClientFrame.Builder frame(Group.Builder group) {
    return ClientFrame.newBuilder().setGroup(group);
  }

  private static List<String> reasons(Device device, int count) {
    List<String> reasons = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Refused refused = device.next().getRefused();
      reasons.add(refused.getRequestId() + " " + refused.getRefusal().getReason());
    }
    return reasons;
  }

  private static List<Long> deliveryNumbers(Device device, int count) {
    List<Long> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(device.next().getDeliver().getDeliveryNumber());
    }
    return numbers;
  }
}
