package dev.carillon.bench.carillon;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.CreateGroup;
import dev.carillon.connection.v1.DeliveryAck;
import dev.carillon.connection.v1.Group;
import dev.carillon.connection.v1.Heartbeat;
import dev.carillon.connection.v1.Hello;
import dev.carillon.connection.v1.History;
import dev.carillon.connection.v1.MemberList;
import dev.carillon.connection.v1.NetworkKind;
import dev.carillon.connection.v1.Send;
import dev.carillon.connection.v1.Sync;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// What a device says, as bytes of a WebSocket: a header by hand and the frame.
final class ClientFrames {
  private static final int PROTOCOL = 1;
  private static final int FINAL_BINARY = 0x82;
  private static final int MASKED = 0x80;
  private static final int TWO_BYTE_LENGTH = 126;
  private static final int EIGHT_BYTE_LENGTH = 127;
  private static final int MAX_TWO_BYTE_LENGTH = 0xFFFF;
  private static final int HISTORY_PAGE = 200;

  private ClientFrames() {}

  /// @param token how a device without a ticket signs in
  /// @param ticket of an earlier session; empty: there is none
  /// @param connectionNumber greater with every connection of the device
  static byte[] hello(String token, ByteString ticket, String device, long connectionNumber) {
    Hello.Builder hello =
        Hello.newBuilder()
            .setProtocolVersion(PROTOCOL)
            .setDeviceId(device)
            .setConnectionNumber(connectionNumber)
            .setNetworkKind(NetworkKind.NETWORK_KIND_WIFI);
    if (ticket.isEmpty()) {
      hello.setToken(token);
    } else {
      hello.setResumeTicket(ticket);
    }
    return bytes(ClientFrame.newBuilder().setHello(hello));
  }

  /// A text to a conversation that exists, or to a person.
  static byte[] send(long request, Target target, byte[] clientMessageId, byte[] text) {
    Send.Builder send =
        Send.newBuilder()
            .setRequestId(request)
            .setClientMessageId(UnsafeByteOperations.unsafeWrap(clientMessageId))
            .setBody(
                Body.newBuilder()
                    .setText(
                        Text.newBuilder().setTextBytes(UnsafeByteOperations.unsafeWrap(text))));
    if (target.peer().isEmpty()) {
      send.setConversationId(target.conversation());
    } else {
      send.setToUser(target.peer());
    }
    return bytes(ClientFrame.newBuilder().setSend(send));
  }

  static byte[] ack(long deliveryNumber) {
    return bytes(
        ClientFrame.newBuilder()
            .setDeliveryAck(DeliveryAck.newBuilder().setDeliveryNumber(deliveryNumber)));
  }

  static byte[] heartbeat() {
    return bytes(ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setToken(1)));
  }

  /// The first page of what changed.
  static byte[] sync(long request, int threads, int messagesOfEach) {
    return bytes(
        ClientFrame.newBuilder()
            .setSync(
                Sync.newBuilder()
                    .setRequestId(request)
                    .setLimit(threads)
                    .setAfterVersion(0)
                    .setMessagesPerThread(messagesOfEach)));
  }

  static byte[] history(long request, ByteString conversation, long afterSeq) {
    return bytes(
        ClientFrame.newBuilder()
            .setHistory(
                History.newBuilder()
                    .setRequestId(request)
                    .setConversationId(conversation)
                    .setAfterSeq(afterSeq)
                    .setLimit(HISTORY_PAGE)));
  }

  static byte[] createGroup(long request, ByteString conversation, List<String> members) {
    return bytes(
        ClientFrame.newBuilder()
            .setGroup(
                Group.newBuilder()
                    .setRequestId(request)
                    .setConversationId(conversation)
                    .setCreate(CreateGroup.newBuilder().addAllMembers(members).setTitle("bench"))));
  }

  static byte[] addMembers(
      long request, ByteString conversation, List<String> members, ByteString change) {
    return bytes(
        ClientFrame.newBuilder()
            .setGroup(
                Group.newBuilder()
                    .setRequestId(request)
                    .setConversationId(conversation)
                    .setAdd(
                        MemberList.newBuilder()
                            .addAllUserIds(members)
                            .setClientMessageId(change))));
  }

  private static byte[] bytes(ClientFrame.Builder builder) {
    ClientFrame frame = builder.build();
    int size = frame.getSerializedSize();
    int header = headerSize(size);
    byte[] bytes = new byte[header + size];
    bytes[0] = (byte) FINAL_BINARY;
    if (size < TWO_BYTE_LENGTH) {
      bytes[1] = (byte) (MASKED | size);
    } else if (size <= MAX_TWO_BYTE_LENGTH) {
      bytes[1] = (byte) (MASKED | TWO_BYTE_LENGTH);
      bytes[2] = (byte) (size >>> 8);
      bytes[3] = (byte) size;
    } else {
      bytes[1] = (byte) (MASKED | EIGHT_BYTE_LENGTH);
      for (int i = 0; i < 4; i++) {
        bytes[6 + i] = (byte) (size >>> (8 * (3 - i)));
      }
    }
    // The last four bytes of the header are the mask: zeros change nothing.
    try {
      frame.writeTo(CodedOutputStream.newInstance(bytes, header, size));
    } catch (IOException impossible) {
      throw new UncheckedIOException("the array has the size of the frame", impossible);
    }
    return bytes;
  }

  private static int headerSize(int size) {
    int length = size < TWO_BYTE_LENGTH ? 0 : size <= MAX_TWO_BYTE_LENGTH ? 2 : 8;
    return 2 + length + 4;
  }
}
