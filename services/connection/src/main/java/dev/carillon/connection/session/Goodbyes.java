package dev.carillon.connection.session;

import com.google.protobuf.util.Durations;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.session.Recipient.DrainNotice;
import dev.carillon.connection.v1.GoAway;
import dev.carillon.connection.v1.Goodbye;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.type.v1.Refusal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The frames that end a session.
final class Goodbyes {
  private static final Duration OVERLOAD_SPREAD = Duration.ofSeconds(5);

  private Goodbyes() {}

  /// The frame that ends a session for `reason`; `drain` is set while the gateway drains.
  static ServerFrame goodbye(Refusal reason, @Nullable DrainNotice drain) {
    Goodbye.Builder goodbye = Goodbye.newBuilder().setRefusal(reason);
    Duration wait = wait(reason, drain);
    if (!wait.isZero()) {
      goodbye.setNotBefore(Durations.fromMillis(wait.toMillis()));
    }
    return ServerFrame.newBuilder().setGoodbye(goodbye).build();
  }

  /// How long the device has to wait before it reconnects, at random; zero when it may decide.
  private static Duration wait(Refusal reason, @Nullable DrainNotice drain) {
    if (drain != null) {
      return drain.notBefore();
    }
    return ConnectionError.OVERLOADED.name().equals(reason.getReason())
        ? DrainNotice.randomWithin(OVERLOAD_SPREAD)
        : Duration.ZERO;
  }

  /// The frame that asks a device to connect elsewhere.
  static ServerFrame goAway(DrainNotice notice) {
    GoAway.Builder goAway =
        GoAway.newBuilder()
            .setNotBefore(Durations.fromMillis(notice.notBefore().toMillis()))
            .setGrace(Durations.fromMillis(notice.grace().toMillis()));
    return ServerFrame.newBuilder().setGoAway(goAway).build();
  }
}
