package dev.carillon.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.DeliveryAck;
import dev.carillon.connection.v1.Heartbeat;
import dev.carillon.connection.v1.Hello;
import dev.carillon.connection.v1.History;
import dev.carillon.connection.v1.NetworkKind;
import dev.carillon.connection.v1.Send;
import dev.carillon.connection.v1.Sync;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Text;
import java.io.IOException;
import java.io.UncheckedIOException;

/// What a device says: the frames, and their bytes on a WebSocket, a header by hand and the frame.
public final class Frames {
  private static final int FINAL_BINARY = 0x82;
  private static final int MASKED = 0x80;
  private static final int TWO_BYTE_LENGTH = 126;
  private static final int EIGHT_BYTE_LENGTH = 127;
  private static final int MAX_TWO_BYTE_LENGTH = 0xFFFF;

  private Frames() {}

  /// A device's first words; with a token when the ticket of an earlier session is empty. It says
  /// to be on a WiFi, for which gateways ask for the fewest heartbeats.
  ///
  /// @param connectionNumber greater with every connection of the device
  public static ClientFrame hello(
      String device, long connectionNumber, String token, ByteString ticket) {
    Hello.Builder hello =
        Hello.newBuilder()
            .setProtocolVersion(1)
            .setNetworkKind(NetworkKind.NETWORK_KIND_WIFI)
            .setDeviceId(device)
            .setConnectionNumber(connectionNumber);
    if (ticket.isEmpty()) {
      hello.setToken(token);
    } else {
      hello.setResumeTicket(ticket);
    }
    return ClientFrame.newBuilder().setHello(hello).build();
  }

  /// A text to a user, or to a conversation that exists.
  ///
  /// @param toUser empty: it is for the conversation
  public static ClientFrame send(
      long request,
      String toUser,
      ByteString conversation,
      ByteString clientMessageId,
      ByteString text,
      boolean resend) {
    Send.Builder send =
        Send.newBuilder()
            .setRequestId(request)
            .setClientMessageId(clientMessageId)
            .setBody(Body.newBuilder().setText(Text.newBuilder().setTextBytes(text)))
            .setResend(resend);
    if (toUser.isEmpty()) {
      send.setConversationId(conversation);
    } else {
      send.setToUser(toUser);
    }
    return ClientFrame.newBuilder().setSend(send).build();
  }

  /// Everything up to that delivery was processed.
  public static ClientFrame ack(long deliveryNumber) {
    return ClientFrame.newBuilder()
        .setDeliveryAck(DeliveryAck.newBuilder().setDeliveryNumber(deliveryNumber))
        .build();
  }

  /// A sign of life, which is answered with the same token.
  public static ClientFrame heartbeat(long token) {
    return ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setToken(token)).build();
  }

  /// A page of what changed.
  ///
  /// @param pageToken of the page before; empty: the first page
  public static ClientFrame sync(
      long request, long afterVersion, ByteString pageToken, int threads, int messagesOfEach) {
    return ClientFrame.newBuilder()
        .setSync(
            Sync.newBuilder()
                .setRequestId(request)
                .setAfterVersion(afterVersion)
                .setPageToken(pageToken)
                .setLimit(threads)
                .setMessagesPerThread(messagesOfEach))
        .build();
  }

  /// A part of a conversation.
  ///
  /// @param beforeSeq `Long.MAX_VALUE`: up to the newest
  public static ClientFrame history(
      long request, ByteString conversation, long afterSeq, long beforeSeq, int limit) {
    History.Builder history =
        History.newBuilder()
            .setRequestId(request)
            .setConversationId(conversation)
            .setAfterSeq(afterSeq)
            .setLimit(limit);
    if (beforeSeq < Long.MAX_VALUE) {
      history.setBeforeSeq(beforeSeq);
    }
    return ClientFrame.newBuilder().setHistory(history).build();
  }

  /// A frame as bytes of a WebSocket.
  public static byte[] bytes(ClientFrame frame) {
    int size = frame.getSerializedSize();
    byte[] bytes = withHeader(size);
    try {
      frame.writeTo(CodedOutputStream.newInstance(bytes, bytes.length - size, size));
    } catch (IOException impossible) {
      throw new UncheckedIOException("the array has the size of the frame", impossible);
    }
    return bytes;
  }

  /// Whatever content, perhaps no frame, as bytes of a WebSocket.
  public static byte[] bytes(byte[] content) {
    byte[] bytes = withHeader(content.length);
    System.arraycopy(content, 0, bytes, bytes.length - content.length, content.length);
    return bytes;
  }

  private static byte[] withHeader(int size) {
    int length = size < TWO_BYTE_LENGTH ? 0 : size <= MAX_TWO_BYTE_LENGTH ? 2 : 8;
    // The last four bytes of the header are the mask: zeros change nothing.
    byte[] bytes = new byte[2 + length + 4 + size];
    bytes[0] = (byte) FINAL_BINARY;
    bytes[1] =
        (byte) (MASKED | (length == 0 ? size : length == 2 ? TWO_BYTE_LENGTH : EIGHT_BYTE_LENGTH));
    for (int i = 0; i < Math.min(length, Integer.BYTES); i++) {
      bytes[1 + length - i] = (byte) (size >>> (8 * i));
    }
    return bytes;
  }
}
