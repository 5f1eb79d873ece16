package dev.carillon.bench.carillon;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// One `Deliver` frame, read without making an object; good until the next one is read.
final class DeliverScan {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int DELIVER = 4;
  private static final int DELIVERY_NUMBER = 1;
  private static final int MESSAGE = 2;
  private static final int CONVERSATION_ID = 1;
  private static final int SEQ = 2;
  private static final int PREV_SEQ = 3;
  private static final int SENDER = 4;
  private static final int CLIENT_MESSAGE_ID = 5;
  private static final int BODY = 7;
  private static final int TEXT = 1;

  private final ProtoScan scan = new ProtoScan();
  private final ProtoScan body = new ProtoScan();
  private final ProtoScan text = new ProtoScan();
  private byte[] bytes = {};

  /// The delivery's number; 0 for a message that was pulled.
  long number;

  long conversation;
  long seq;
  long prevSeq;
  long runId;
  long message;
  int sender;
  int textBegin;
  int textEnd;

  /// Reads a frame of the gateway, if it is a delivery.
  ///
  /// @return whether it is one
  boolean read(byte[] from, int begin, int end) {
    scan.reset(from, begin, end);
    if (scan.next() != DELIVER) {
      return false;
    }
    int deliver = scan.lengthDelimited();
    readDelivery(from, deliver, scan.position());
    return true;
  }

  private void readDelivery(byte[] from, int begin, int end) {
    long deliveryNumber = 0;
    scan.reset(from, begin, end);
    int messageBegin = 0;
    int messageEnd = 0;
    for (int field = scan.next(); field != 0; field = scan.next()) {
      switch (field) {
        case DELIVERY_NUMBER -> deliveryNumber = scan.varint();
        case MESSAGE -> {
          messageBegin = scan.lengthDelimited();
          messageEnd = scan.position();
        }
        default -> scan.skip();
      }
    }
    readMessage(from, messageBegin, messageEnd);
    number = deliveryNumber;
  }

  /// Reads a message that came by another way, as it is in a history page.
  void readMessage(byte[] from, int begin, int end) {
    bytes = from;
    clear();
    scan.reset(from, begin, end);
    for (int field = scan.next(); field != 0; field = scan.next()) {
      switch (field) {
        case CONVERSATION_ID -> conversation = longAt(scan.lengthDelimited(), 0);
        case SEQ -> seq = scan.varint();
        case PREV_SEQ -> prevSeq = scan.varint();
        case SENDER -> sender = trailingNumber(scan.lengthDelimited(), scan.position());
        case CLIENT_MESSAGE_ID -> {
          int id = scan.lengthDelimited();
          runId = longAt(id, 0);
          message = longAt(id, 1);
        }
        case BODY -> readBody(scan.lengthDelimited(), scan.position());
        default -> scan.skip();
      }
    }
  }

  private void clear() {
    number = 0;
    conversation = 0;
    seq = 0;
    prevSeq = 0;
    runId = 0;
    message = 0;
    sender = -1;
    textBegin = 0;
    textEnd = 0;
  }

  private void readBody(int begin, int end) {
    body.reset(bytes, begin, end);
    if (body.next() != TEXT) {
      return;
    }
    int textMessage = body.lengthDelimited();
    text.reset(bytes, textMessage, body.position());
    if (text.next() == TEXT) {
      textBegin = text.lengthDelimited();
      textEnd = text.position();
    }
  }

  private long longAt(int begin, int index) {
    int at = begin + index * Long.BYTES;
    return at + Long.BYTES <= scan.position() ? (long) LONGS.get(bytes, at) : 0;
  }

  private int trailingNumber(int begin, int end) {
    int value = 0;
    int scale = 1;
    for (int i = end - 1; i >= begin && bytes[i] >= '0' && bytes[i] <= '9'; i--) {
      value += (bytes[i] - '0') * scale;
      scale *= 10;
    }
    return value;
  }

  /// Whether the text is the one that was sent.
  boolean hasText(byte[] expected) {
    return Arrays.equals(bytes, textBegin, textEnd, expected, 0, expected.length);
  }
}
