package dev.carillon.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.refusal.Refusals;
import dev.carillon.connection.v1.DeliverRequest;
import dev.carillon.connection.v1.Delivery;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.runtime.identity.ConversationIds;
import dev.carillon.type.v1.Message;
import org.junit.jupiter.api.Test;

/// What of its own messages a session is delivered, whatever carries it.
abstract class OwnMessageContract extends CarrierContract {
  private static final ByteString CONVERSATION =
      ByteString.copyFrom(ConversationIds.direct("ann", "bob"));

  private long batches;

  @Test
  void deliversAMessageToAllSessionsButTheOneThatSentIt() {
    Device phone = signedIn("ann", "phone");
    Device laptop = signedIn("ann", "laptop");
    phone.send(sendToBob(1, 1, text("hello")));
    assertThat(phone.next().getSendAck().getSeq()).isEqualTo(1);

    deliver(1, "ann", 1);
    deliver(2, "bob", 2);

    assertThat(delivered(laptop)).isEqualTo(1);
    assertThat(delivered(laptop)).isEqualTo(2);
    assertThat(delivered(phone)).isEqualTo(2);
  }

  @Test
  void keepsTheDeliveryThatOvertakesTheAnswerToItself() {
    Device phone = signedIn("ann", "phone");
    gateway.messages.hold();
    phone.send(sendToBob(1, 1, text("hello")));
    await().until(() -> gateway.messages.held() == 1);

    deliver(1, "ann", 1);
    gateway.messages.release();
    deliver(2, "bob", 2);

    assertThat(phone.next().hasSendAck()).isTrue();
    assertThat(delivered(phone)).isEqualTo(2);
  }

  @Test
  void deliversWhatIsFannedOutAgain() {
    Device phone = signedIn("ann", "phone");
    phone.send(sendToBob(1, 1, text("hello")));
    assertThat(phone.next().hasSendAck()).isTrue();

    deliver(1, "ann", 1);
    deliver(1, "ann", 1);

    assertThat(delivered(phone)).isEqualTo(1);
  }

  @Test
  void deliversAMessageWhoseAnswerSaidOnlyThatItIsThere() {
    Device laptop = signedIn("ann", "laptop");
    laptop.send(sendToBob(1, 1, text("hello")));
    assertThat(laptop.next().getSendAck().getDuplicate()).isFalse();
    Device phone = signedIn("ann", "phone");
    phone.send(sendToBob(1, 1, text("hello")));
    assertThat(phone.next().getSendAck().getDuplicate()).isTrue();

    deliver(1, "ann", 1);

    assertThat(delivered(phone)).isEqualTo(1);
  }

  @Test
  void deliversAMessageThatTheSessionWasRefused() {
    Device phone = signedIn("ann", "phone");
    gateway.messages.refuse(Refusals.of(ConnectionError.TIMEOUT, "nobody answered"));
    phone.send(sendToBob(1, 1, text("hello")));
    assertThat(phone.next().hasRefused()).isTrue();

    deliver(1, "ann", 1);

    assertThat(delivered(phone)).isEqualTo(1);
  }

  @Test
  void deliversWhatSomebodyElseSentUnderTheSameId() {
    Device phone = signedIn("ann", "phone");
    phone.send(sendToBob(1, 1, text("hello")));
    assertThat(phone.next().hasSendAck()).isTrue();

    deliver(2, "bob", 1);

    assertThat(delivered(phone)).isEqualTo(2);
  }

  private void deliver(long seq, String sender, int clientMessageId) {
    Message message =
        Message.newBuilder()
            .setConversationId(CONVERSATION)
            .setSeq(seq)
            .setPrevSeq(seq - 1)
            .setSender(sender)
            .setClientMessageId(messageId(clientMessageId))
            .setBody(text("hello"))
            .build();
    gateway.deliver(
        DeliverRequest.newBuilder()
            .setBatchId(++batches)
            .addDeliveries(
                Delivery.newBuilder().setMessage(message).addUserIds("ann").setSlot(7).setEpoch(1))
            .build());
  }

  private static long delivered(Device device) {
    ServerFrame frame = device.next();
    assertThat(frame.hasDeliver()).as("%s", frame).isTrue();
    return frame.getDeliver().getMessage().getSeq();
  }
}
