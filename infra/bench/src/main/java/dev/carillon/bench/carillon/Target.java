package dev.carillon.bench.carillon;

import com.google.protobuf.ByteString;
import dev.carillon.runtime.identity.ConversationIds;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// The conversation that a device is in.
///
/// @param conversation its id, 16 bytes
/// @param peer the other person of a direct conversation; empty for a group
record Target(ByteString conversation, String peer) {
  private static final int POSITIVE = 0x7F;

  /// Two by two: the device 2n with 2n + 1.
  static List<Target> pairs(int devices) {
    List<Target> targets = new ArrayList<>();
    for (int i = 0; i < devices; i++) {
      String peer = Users.name(i ^ 1);
      byte[] id = ConversationIds.direct(Users.name(i), peer);
      targets.add(new Target(ByteString.copyFrom(id), peer));
    }
    return targets;
  }

  /// All in one group, which has a new id.
  static List<Target> group(int devices) {
    byte[] id = new byte[ConversationIds.LENGTH];
    new SecureRandom().nextBytes(id);
    id[0] &= POSITIVE;
    return Collections.nCopies(devices, new Target(ByteString.copyFrom(id), ""));
  }
}
