package dev.carillon.bench.carillon;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.carillon.connection.v1.ServerFrame;
import java.nio.ByteBuffer;

/// Takes apart what a gateway says; for one thread.
final class ServerFrames {
  private static final int SEND_ACK = 2;
  private static final int DELIVER = 4;
  private static final int REQUEST_ID = 1;
  private static final int SEQ = 3;

  private final ProtoScan scan = new ProtoScan();
  private final DeliverScan delivery = new DeliverScan();

  /// Tells a listener what a frame in a part of an array says.
  void read(byte[] bytes, int begin, int end, FrameListener listener) {
    scan.reset(bytes, begin, end);
    int field = scan.next();
    switch (field) {
      case DELIVER -> {
        int deliver = scan.lengthDelimited();
        delivery.read(bytes, deliver, scan.position());
        listener.deliver(delivery);
      }
      case SEND_ACK -> readAck(bytes, scan.lengthDelimited(), scan.position(), listener);
      default -> listener.other(parse(bytes, begin, end));
    }
  }

  private void readAck(byte[] bytes, int begin, int end, FrameListener listener) {
    long request = 0;
    long seq = 0;
    scan.reset(bytes, begin, end);
    for (int field = scan.next(); field != 0; field = scan.next()) {
      switch (field) {
        case REQUEST_ID -> request = scan.varint();
        case SEQ -> seq = scan.varint();
        default -> scan.skip();
      }
    }
    listener.sendAck(request, seq);
  }

  private static ServerFrame parse(byte[] bytes, int begin, int end) {
    try {
      return ServerFrame.parseFrom(ByteBuffer.wrap(bytes, begin, end - begin));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("not a ServerFrame", e);
    }
  }
}
