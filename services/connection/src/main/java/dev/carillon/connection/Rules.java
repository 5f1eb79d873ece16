package dev.carillon.connection;

import com.google.protobuf.Message;
import dev.carillon.connection.v1.Group;
import dev.carillon.connection.v1.Hello;
import dev.carillon.connection.v1.History;
import dev.carillon.connection.v1.Sync;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.grpc.RequestValidator;
import java.util.List;

/// The contract's rules for the frames that are checked on event loops.
final class Rules {
  private static final List<Message> CHECKED =
      List.of(
          Hello.getDefaultInstance(),
          Sync.getDefaultInstance(),
          History.getDefaultInstance(),
          Group.getDefaultInstance());

  private Rules() {}

  /// Has the validator learn them now: the first frame of a type takes it long, and would take it
  /// on an event loop. Returns how many of the empty frames break a rule.
  static long learn() {
    return CHECKED.stream().filter(Rules::isRefused).count();
  }

  private static boolean isRefused(Message frame) {
    try {
      RequestValidator.shared().check(frame);
      return false;
    } catch (Refusal refusal) {
      return true;
    }
  }
}
