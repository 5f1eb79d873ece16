package dev.carillon.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.refusal.Refusals;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.Group;
import dev.carillon.connection.v1.History;
import dev.carillon.connection.v1.ListGroupMembers;
import dev.carillon.connection.v1.MemberList;
import dev.carillon.connection.v1.Refused;
import dev.carillon.connection.v1.SendAck;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Sync;
import dev.carillon.runtime.identity.ConversationIds;
import dev.carillon.type.v1.AckLevel;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Custom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a device may ask and is answered, whatever carries it.
abstract class RequestContract extends CarrierContract {
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
  void refusesSendsThatItCannotRouteAndGoesOn() {
    Device device = signedIn("ann", "phone");

    device.send(frame(send(1, text("x"))));
    device.send(sendToBob(2, 1, text("x".repeat(TestGateway.MAX_BODY))));
    device.send(frame(send(3, text("x")).setToUser("b\u0001b")));
    device.send(frame(send(4, text("x")).setToUser("bob").setTraceparent("x".repeat(129))));

    assertThat(reasons(device, 4))
        .containsExactly(
            "1 REQUEST_INVALID", "2 BODY_TOO_LARGE", "3 REQUEST_INVALID", "4 REQUEST_INVALID");
    device.send(sendToBob(5, 1, text("good")));
    assertThat(device.next().getSendAck().getRequestId()).isEqualTo(5);
  }

  @Test
  void refusesOtherRequestsThatBreakTheRulesAndGoesOn() {
    Device device = signedIn("ann", "phone");

    device.send(frame(Sync.newBuilder().setRequestId(1).setLimit(201)));
    device.send(frame(History.newBuilder().setRequestId(2)));
    device.send(frame(History.newBuilder().setRequestId(3).setWithUser("bob").setLimit(-1)));
    device.send(frame(Group.newBuilder().setRequestId(4).setConversationId(messageId(1))));
    device.send(change(5, ByteString.EMPTY, messageId(1)));
    device.send(change(6, messageId(1), ByteString.EMPTY));

    assertThat(reasons(device, 6))
        .containsExactly(
            "1 REQUEST_INVALID",
            "2 REQUEST_INVALID",
            "3 REQUEST_INVALID",
            "4 REQUEST_INVALID",
            "5 REQUEST_INVALID",
            "6 REQUEST_INVALID");
    device.send(heartbeat(7));
    assertThat(device.next().hasHeartbeatAck()).isTrue();
  }

  @Test
  void bringsHistoryAndMembership() {
    Device device = signedIn("ann", "phone");
    device.send(sendToBob(1, 1, text("hello")));
    device.next();

    device.send(frame(History.newBuilder().setRequestId(2).setWithUser("bob")));
    ServerFrame history = device.next();
    device.send(change(3, messageId(9), messageId(2)));
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
  void tellsAChangeOfAGroupThatWasMadeBefore() {
    Device device = signedIn("ann", "phone");
    device.send(change(1, messageId(9), messageId(2)));
    assertThat(device.next().getGroupAck().getDuplicate()).isFalse();

    device.send(change(2, messageId(9), messageId(2)));
    assertThat(device.next().getGroupAck().getDuplicate()).isTrue();
    MemberList ann =
        MemberList.newBuilder().addUserIds("ann").setClientMessageId(messageId(2)).build();
    device.send(
        frame(Group.newBuilder().setRequestId(3).setConversationId(messageId(9)).setRemove(ann)));
    assertThat(device.next().getGroupAck().getDuplicate()).isTrue();
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
  void endsAConnectionThatSendsTooLargeAFrame() {
    Device device = signedIn("ann", "phone");
    Device neighbour = signedIn("bob", "phone");

    device.send(sendToBob(1, 1, custom(TestGateway.MAX_FRAME)));

    assertThat(device.goodbye()).isEqualTo("FRAME_TOO_LARGE");
    neighbour.send(heartbeat(1));
    assertThat(neighbour.next().hasHeartbeatAck()).isTrue();
  }

  private static ClientFrame.Builder change(long request, ByteString group, ByteString id) {
    MemberList cid = MemberList.newBuilder().addUserIds("cid").setClientMessageId(id).build();
    return frame(Group.newBuilder().setRequestId(request).setConversationId(group).setAdd(cid));
  }

  private static Body custom(int size) {
    Custom custom =
        Custom.newBuilder().setType("t").setData(ByteString.copyFrom(new byte[size])).build();
    return body(Body.newBuilder().setCustom(custom));
  }

  private static List<String> reasons(Device device, int count) {
    List<String> reasons = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Refused refused = device.next().getRefused();
      reasons.add(refused.getRequestId() + " " + refused.getRefusal().getReason());
    }
    return reasons;
  }
}
