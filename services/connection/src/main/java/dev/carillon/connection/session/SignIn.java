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
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.grpc.RequestValidator;
import dev.carillon.runtime.identity.UserIds;
import dev.carillon.type.v1.Refusal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// The sign-in of a device: checks a Hello, finds out whose it is, and makes the Welcome.
final class SignIn {
  private static final int PROTOCOL_VERSION = 1;

  private SignIn() {}

  /// Answers whom the Hello's token or ticket identifies, or why the device may not sign in. Never
  /// blocks; the answer may come before this returns, or later on any thread.
  static void verify(Hello hello, SessionContext context, Answer<Identity> answer) {
    Refusal problem = problem(hello);
    if (problem != null) {
      answer.refused(problem);
      return;
    }
    switch (hello.getCredentialCase()) {
      case TOKEN -> context.authenticator().verify(hello.getToken(), answer);
      case RESUME_TICKET -> resume(hello, context.tickets(), answer);
      case CREDENTIAL_NOT_SET ->
          answer.refused(
              ConnectionError.TOKEN_INVALID.refusal(
                  "credential: none (expected: a token or ticket)"));
    }
  }

  private static @Nullable Refusal problem(Hello hello) {
    if (hello.getProtocolVersion() != PROTOCOL_VERSION) {
      return ConnectionError.VERSION_UNSUPPORTED.refusal(
          "protocol_version: "
              + hello.getProtocolVersion()
              + " (expected: "
              + PROTOCOL_VERSION
              + ")");
    }
    try {
      RequestValidator.shared().check(hello);
    } catch (dev.carillon.runtime.errors.Refusal refusal) {
      return ConnectionError.PROTOCOL_ERROR.refusal("hello." + refusal.text());
    }
    return UserIds.isValid(hello.getDeviceId())
        ? null
        : ConnectionError.PROTOCOL_ERROR.refusal(
            "hello.device_id: not usable (expected: 1 to 64 bytes without control characters)");
  }

  private static void resume(Hello hello, ResumeTickets tickets, Answer<Identity> answer) {
    Identity identity;
    try {
      byte[] ticket = hello.getResumeTicket().toByteArray();
      identity = tickets.open(ticket, hello.getDeviceId());
    } catch (dev.carillon.runtime.errors.Refusal refusal) {
      answer.refused(Refusals.toFrame(refusal));
      return;
    }
    answer.answered(identity);
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
            .setLimits(limits(config.limits()))
            .setResumed(hello.hasResumeTicket());
    if (mailboxVersion != null) {
      welcome.setMailboxVersion(mailboxVersion);
    }
    return ServerFrame.newBuilder().setWelcome(welcome).build();
  }

  private static Limits.Builder limits(SessionConfig.Limits limits) {
    return Limits.newBuilder()
        .setMaxBodySize(limits.bodySize())
        .setMaxFrameSize(limits.frameSize())
        .setMaxRequestsInFlight(limits.requests());
  }

  private static com.google.protobuf.Duration proto(Duration duration) {
    return Durations.fromNanos(duration.toNanos());
  }
}
