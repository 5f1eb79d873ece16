package dev.carillon.bench.carillon;

import com.google.protobuf.ByteString;
import dev.carillon.client.ConversationId;
import dev.carillon.runtime.identity.ConversationIds;
import java.util.List;
import java.util.stream.IntStream;

/// A device's user and the conversation that it is in.
///
/// @param user whose device it is
/// @param conversation its id, 16 bytes
/// @param peer the other person of a direct conversation; empty for a group
record Target(String user, ByteString conversation, String peer) {
  /// Two by two: the device 2n with 2n + 1.
  static List<Target> pairs(int devices) {
    return IntStream.range(0, devices)
        .mapToObj(i -> {
          byte[] id = ConversationIds.direct(user(i), user(i ^ 1));
          return new Target(user(i), ByteString.copyFrom(id), user(i ^ 1));
        })
        .toList();
  }

  /// All in one group, which has a new id.
  ///
  /// @param first the number of the first device's user
  static List<Target> group(int first, int devices) {
    ByteString group = ByteString.copyFrom(ConversationId.random().bytes());
    return IntStream.range(first, first + devices)
        .mapToObj(i -> new Target(user(i), group, ""))
        .toList();
  }

  private static String user(int number) {
    return "bench-" + number;
  }
}
