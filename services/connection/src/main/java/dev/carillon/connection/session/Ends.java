package dev.carillon.connection.session;

import com.google.protobuf.util.Durations;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.refusal.Refusals;
import dev.carillon.connection.v1.GoAway;
import dev.carillon.connection.v1.Goodbye;
import dev.carillon.connection.v1.RelayedFrame;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.type.v1.Refusal;
import java.time.Duration;

/// How the end of a session is put into words and frames.
final class Ends {
  private Ends() {}

  /// The frame that ends a session; `wait` is how long the device is to stay away, zero when that
  /// is its own affair.
  static ServerFrame goodbye(Refusal reason, Duration wait) {
    Goodbye.Builder goodbye = Goodbye.newBuilder().setRefusal(reason);
    if (!wait.isZero()) {
      goodbye.setNotBefore(Durations.fromMillis(wait.toMillis()));
    }
    return ServerFrame.newBuilder().setGoodbye(goodbye).build();
  }

  /// The frame that asks a device to connect elsewhere.
  static ServerFrame goAway(Sessions.Farewell farewell) {
    GoAway.Builder goAway =
        GoAway.newBuilder()
            .setNotBefore(Durations.fromMillis(farewell.notBefore().toMillis()))
            .setGrace(Durations.fromMillis(farewell.grace().toMillis()));
    return ServerFrame.newBuilder().setGoAway(goAway).build();
  }

  static Refusal frameTooLarge(int largest) {
    return Refusals.of(
        ConnectionError.FRAME_TOO_LARGE,
        "frame: too large (expected: at most " + largest + " bytes)");
  }

  static Refusal beforeWelcome(RelayedFrame frame) {
    return Refusals.of(
        ConnectionError.PROTOCOL_ERROR,
        "frame before Welcome: " + frame.getFrameCase() + " (expected: none)");
  }

  static Refusal notHello(RelayedFrame frame) {
    return Refusals.of(
        ConnectionError.PROTOCOL_ERROR,
        "first frame: " + frame.getFrameCase() + " (expected: HELLO)");
  }

  static Refusal helloTimeout(SessionConfig config) {
    return Refusals.of(
        ConnectionError.HELLO_TIMEOUT,
        "hello: none (expected: within " + config.helloTimeout() + ")");
  }

  static Refusal heartbeatTimeout(SessionConfig config) {
    return Refusals.of(
        ConnectionError.HEARTBEAT_TIMEOUT,
        "heartbeat: none (expected: within " + config.heartbeat().timeout() + ")");
  }

  static Refusal notAcknowledging(int count, SessionConfig config) {
    return Refusals.of(
        ConnectionError.NOT_ACKNOWLEDGING,
        "deliveries: "
            + count
            + " not acknowledged (expected: after at most "
            + config.delivery().tries()
            + " tries)");
  }

  static Refusal acknowledgedTooMuch(long number, long last) {
    return Refusals.of(
        ConnectionError.PROTOCOL_ERROR,
        "delivery_number: " + number + " (expected: at most " + last + ")");
  }

  static Refusal draining() {
    return Refusals.of(ConnectionError.DRAINING, "this gateway is going away");
  }
}
