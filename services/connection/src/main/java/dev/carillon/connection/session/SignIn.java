package dev.carillon.connection.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Durations;
import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.backend.ConnectedDevice;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.signin.Identity;
import dev.carillon.connection.signin.ResumeTickets;
import dev.carillon.connection.v1.Hello;
import dev.carillon.connection.v1.Limits;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Welcome;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.grpc.RequestValidator;
import dev.carillon.runtime.identity.UserIds;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The sign-in of a device: checks a Hello, finds out whose it is, and makes the Welcome.
final class SignIn {
  private static final int PROTOCOL_VERSION = 1;

  private SignIn() {}

  /// Answers whom the Hello's token or ticket identifies, or why the device may not sign in. Never
  /// blocks; the answer may come before this returns, or later on any thread.
  static void verify(Hello hello, SessionContext context, Answer<Identity> answer) {
    Identity identity;
    try {
      check(hello);
      if (hello.hasToken()) {
        context.authenticator().verify(hello.getToken(), answer);
        return;
      }
      byte[] ticket = hello.getResumeTicket().toByteArray();
      identity = context.tickets().open(ticket, hello.getDeviceId());
    } catch (Refusal refusal) {
      answer.refused(Refusals.toFrame(refusal));
      return;
    }
    answer.answered(identity);
  }

  private static void check(Hello hello) {
    if (hello.getProtocolVersion() != PROTOCOL_VERSION) {
      throw new Refusal(
          ConnectionError.VERSION_UNSUPPORTED,
          "protocol_version: %d (expected: %d)"
              .formatted(hello.getProtocolVersion(), PROTOCOL_VERSION));
    }
    try {
      RequestValidator.shared().check(hello);
    } catch (Refusal refusal) {
      throw new Refusal(ConnectionError.PROTOCOL_ERROR, "hello." + refusal.text());
    }
    if (!UserIds.isValid(hello.getDeviceId())) {
      throw new Refusal(
          ConnectionError.PROTOCOL_ERROR,
          "hello.device_id: not usable (expected: 1 to 64 bytes without control characters)");
    }
    if (hello.getCredentialCase() == Hello.CredentialCase.CREDENTIAL_NOT_SET) {
      throw new Refusal(
          ConnectionError.TOKEN_INVALID, "credential: none (expected: a token or ticket)");
    }
  }

  /// The Welcome of a session that has signed in.
  ///
  /// @param mailboxVersion null when it could not be read: the Welcome leaves it out, and the
  ///   device syncs
  static ServerFrame welcome(
      SessionContext context,
      ConnectedDevice session,
      Identity identity,
      Hello hello,
      @Nullable Long mailboxVersion) {
    SessionConfig config = context.config();
    ResumeTickets.Ticket ticket = context.tickets().issue(identity, session.deviceId());
    Welcome.Builder welcome =
        Welcome.newBuilder()
            .setUserId(session.userId())
            .setSessionId(session.sessionId())
            .setHeartbeatInterval(proto(config.heartbeat().interval(hello.getNetworkKind())))
            .setHeartbeatTimeout(proto(config.heartbeat().timeout()))
            .setAckDelay(proto(config.delivery().ackDelay()))
            .setRedeliveryAfter(proto(config.delivery().redeliveryAfter()))
            .setCreditWindow(config.delivery().window())
            .setResumeTicket(ByteString.copyFrom(ticket.bytes()))
            .setResumeTicketLifetime(proto(ticket.lifetime()))
            .setLimits(
                Limits.newBuilder()
                    .setMaxBodySize(config.limits().bodySize())
                    .setMaxFrameSize(config.limits().frameSize())
                    .setMaxRequestsInFlight(config.limits().requests()))
            .setResumed(hello.hasResumeTicket());
    if (mailboxVersion != null) {
      welcome.setMailboxVersion(mailboxVersion);
    }
    return ServerFrame.newBuilder().setWelcome(welcome).build();
  }

  private static com.google.protobuf.Duration proto(Duration duration) {
    return Durations.fromNanos(duration.toNanos());
  }
}
