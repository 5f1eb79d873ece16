package dev.carillon.sequence;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/// Keys for tests.
final class Keys {
  private Keys() {}

  /// A key of its own for every name, of the length of a conversation id.
  static SequenceKey key(String name) {
    return key(name.hashCode());
  }

  /// A key of its own for every number, of the length of a conversation id.
  static SequenceKey key(long number) {
    return new SequenceKey(ByteBuffer.allocate(16).putLong(number).putLong(~number).array());
  }

  /// A key of the length of its text.
  static SequenceKey text(String text) {
    return new SequenceKey(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The first key, by number, that lives in `slot`.
  static SequenceKey inSlot(int slot) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(Keys::key)
        .filter(key -> key.slot() == slot)
        .findFirst()
        .orElseThrow();
  }
}
