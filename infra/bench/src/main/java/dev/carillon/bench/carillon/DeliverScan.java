package dev.carillon.bench.carillon;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// One `Deliver` frame, read without making an object; good until the next one is read.
///
/// A field is known by its path: its number after those of the fields around it, two digits each.
final class DeliverScan {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int DELIVER = 4;
  private static final int DELIVERY_NUMBER = 4_01;
  private static final int MESSAGE = 4_02;
  private static final int CONVERSATION_ID = 4_02_01;
  private static final int SEQ = 4_02_02;
  private static final int PREV_SEQ = 4_02_03;
  private static final int SENDER = 4_02_04;
  private static final int CLIENT_MESSAGE_ID = 4_02_05;
  private static final int BODY = 4_02_07;
  private static final int TEXT = 4_02_07_01;
  private static final int TEXT_OF_TEXT = 4_02_07_01_01;
  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FOUR_BYTES = 5;

  private byte[] bytes = {};
  private int position;

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
    if (begin == end || from[begin] != (DELIVER << 3 | LENGTH_DELIMITED)) {
      return false;
    }
    clear(from, begin);
    fields(0, end);
    return true;
  }

  /// Reads a message that came by another way, as it is in a history page.
  void readMessage(byte[] from) {
    clear(from, 0);
    fields(MESSAGE, from.length);
  }

  private void clear(byte[] from, int begin) {
    bytes = from;
    position = begin;
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

  private void fields(int around, int end) {
    while (position < end) {
      int tag = (int) varint();
      int path = around * 100 + (tag >>> 3);
      switch (tag & 7) {
        case VARINT -> number(path, varint());
        case LENGTH_DELIMITED -> {
          int length = (int) varint();
          if (length < 0 || length > end - position) {
            throw new IllegalStateException(
                "a field of " + length + " bytes in " + (end - position));
          }
          content(path, position, position + length);
        }
        case EIGHT_BYTES -> position += Long.BYTES;
        case FOUR_BYTES -> position += Integer.BYTES;
        default -> throw new IllegalStateException("wire type: " + (tag & 7));
      }
    }
  }

  private void number(int path, long value) {
    switch (path) {
      case DELIVERY_NUMBER -> number = value;
      case SEQ -> seq = value;
      case PREV_SEQ -> prevSeq = value;
      default -> {}
    }
  }

  private void content(int path, int begin, int end) {
    switch (path) {
      case DELIVER, MESSAGE, BODY, TEXT -> fields(path, end);
      case CONVERSATION_ID -> conversation = longAt(begin, end);
      case SENDER -> sender = trailingNumber(begin, end);
      case CLIENT_MESSAGE_ID -> {
        runId = longAt(begin, end);
        message = longAt(begin + Long.BYTES, end);
      }
      case TEXT_OF_TEXT -> {
        textBegin = begin;
        textEnd = end;
      }
      default -> {}
    }
    position = end;
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = bytes[position++];
      value |= (long) (next & 0x7F) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalStateException("a number of more than 64 bits");
  }

  private long longAt(int at, int end) {
    return at + Long.BYTES <= end ? (long) LONGS.get(bytes, at) : 0;
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
