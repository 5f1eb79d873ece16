package dev.carillon.connection;

import com.google.protobuf.Message;
import dev.carillon.connection.v1.Group;
import dev.carillon.connection.v1.Hello;
import dev.carillon.connection.v1.History;
import dev.carillon.connection.v1.Sync;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.grpc.RequestValidator;
import java.util.List;

/// Warms the validator up: it compiles the rules of a type with the first frame of that type, which
/// takes long and would otherwise happen on an event loop.
final class ValidatorWarmUp {
  private static final List<Message> CHECKED =
      List.of(
          Hello.getDefaultInstance(),
          Sync.getDefaultInstance(),
          History.getDefaultInstance(),
          Group.getDefaultInstance());

  private ValidatorWarmUp() {}

  /// Has the validator check an empty frame of every type that sessions check. Blocks.
  static void run() {
    CHECKED.forEach(ValidatorWarmUp::check);
  }

  private static void check(Message frame) {
    try {
      RequestValidator.shared().check(frame);
    } catch (Refusal expected) {
      // An empty frame breaks rules; only that they are compiled now counts.
    }
  }
}
