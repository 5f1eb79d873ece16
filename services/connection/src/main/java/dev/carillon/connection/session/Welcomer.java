package dev.carillon.connection.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Durations;
import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.signin.Identity;
import dev.carillon.connection.signin.ResumeTickets;
import dev.carillon.connection.v1.Limits;
import dev.carillon.connection.v1.NetworkKind;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Welcome;
import dev.carillon.type.v1.Refusal;
import java.time.Duration;

/// Opens a session that has signed in, as soon as the mailbox version is known or known to be out
/// of reach: then the Welcome leaves it out, and the device syncs.
///
/// @param network what the device said about its network
/// @param resumed whether a ticket opened the session
record Welcomer(
    Gateway gateway, Session session, Identity identity, NetworkKind network, boolean resumed)
    implements Answer<Long> {

  @Override
  public void answered(Long version) {
    session.loop().execute(() -> open(welcome().setMailboxVersion(version)));
  }

  @Override
  public void refused(Refusal refusal) {
    session.loop().execute(() -> open(welcome()));
  }

  private void open(Welcome.Builder welcome) {
    session.open(ServerFrame.newBuilder().setWelcome(welcome).build(), resumed);
  }

  private Welcome.Builder welcome() {
    SessionConfig config = gateway.config();
    ResumeTickets.Ticket ticket = gateway.tickets().issue(identity, session.deviceId());
    return Welcome.newBuilder()
        .setUserId(session.userId())
        .setSessionId(session.sessionId())
        .setHeartbeatInterval(proto(config.heartbeat().interval(network)))
        .setHeartbeatTimeout(proto(config.heartbeat().timeout()))
        .setAckDelay(proto(config.delivery().ackDelay()))
        .setRedeliveryAfter(proto(config.delivery().redeliveryAfter()))
        .setCreditWindow(config.delivery().window())
        .setResumeTicket(ByteString.copyFrom(ticket.bytes()))
        .setResumeTicketLifetime(proto(ticket.lifetime()))
        .setLimits(limits(config.limits()))
        .setResumed(resumed);
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
