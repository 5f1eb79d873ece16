package dev.carillon.bench.carillon;

/// Walks over the fields of a protobuf message in an array without making an object of anything.
final class ProtoScan {
  private static final int LENGTH_DELIMITED = 2;
  private static final int VARINT = 0;
  private static final int EIGHT_BYTES = 1;
  private static final int FOUR_BYTES = 5;

  private byte[] bytes = {};
  private int position;
  private int end;
  private int wireType;

  /// Begins anew on a part of an array.
  void reset(byte[] from, int begin, int until) {
    bytes = from;
    position = begin;
    end = until;
  }

  /// The number of the next field; 0 at the end.
  int next() {
    if (position >= end) {
      return 0;
    }
    int tag = (int) varint();
    wireType = tag & 7;
    return tag >>> 3;
  }

  /// The value of a field that is a number.
  long varint() {
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

  /// Steps over a field that has a length; its bytes end at [#position].
  ///
  /// @return where its bytes begin
  int lengthDelimited() {
    int length = (int) varint();
    int begin = position;
    if (length < 0 || length > end - begin) {
      throw new IllegalStateException("a field of " + length + " bytes in " + (end - begin));
    }
    position += length;
    return begin;
  }

  /// Where the scan is.
  int position() {
    return position;
  }

  /// Steps over the value of a field that is of no interest.
  void skip() {
    switch (wireType) {
      case VARINT -> varint();
      case LENGTH_DELIMITED -> lengthDelimited();
      case EIGHT_BYTES -> position += Long.BYTES;
      case FOUR_BYTES -> position += Integer.BYTES;
      default -> throw new IllegalStateException("wire type: " + wireType);
    }
  }
}
