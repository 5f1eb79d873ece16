package dev.carillon.connection;

import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.backend.GrpcGatewayClient;
import dev.carillon.connection.backend.PresenceAnnouncer;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.session.Sessions;
import dev.carillon.connection.v1.EndSessionsRequest;
import dev.carillon.presence.v1.DeviceLocation;
import dev.carillon.presence.v1.UserLocation;
import dev.carillon.type.v1.Refusal;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Ends sessions, wherever they are connected.
final class SessionEnder {
  private static final String DEFAULT_MESSAGE = "the session was ended";

  private final String self;
  private final Sessions sessions;
  private final PresenceAnnouncer presence;
  private final GrpcGatewayClient gateways;

  /// Ends sessions of the gateway `self`, and of those gateways that presence names.
  SessionEnder(
      String self, Sessions sessions, PresenceAnnouncer presence, GrpcGatewayClient gateways) {
    this.self = self;
    this.sessions = sessions;
    this.presence = presence;
    this.gateways = gateways;
  }

  /// Ends the sessions here and, unless the request is `local`, on the other gateways; answers how
  /// many. Refused when another gateway could not be reached: those that were reached have ended
  /// theirs.
  void end(EndSessionsRequest request, Answer<Integer> answer) {
    String message = request.getMessage().isEmpty() ? DEFAULT_MESSAGE : request.getMessage();
    int ended =
        sessions.end(
            request.getUserId(),
            request.getDeviceId(),
            ConnectionError.SESSION_ENDED.refusal(message));
    if (request.getLocal()) {
      answer.answered(ended);
      return;
    }
    presence.locate(
        request.getUserId(),
        Answer.of(
            location -> elsewhere(request, others(location), ended, answer),
            refusal ->
                answer.refused(
                    ConnectionError.PRESENCE_UNAVAILABLE.refusal(refusal.getMessage()))));
  }

  private Set<String> others(UserLocation location) {
    Set<String> others = new LinkedHashSet<>();
    if (!location.getComplete()) {
      gateways.gatewayIds().forEach(others::add);
    }
    for (DeviceLocation device : location.getDevicesList()) {
      others.add(device.getGatewayId());
    }
    others.remove(self);
    return others;
  }

  private void elsewhere(
      EndSessionsRequest request, Set<String> others, int endedHere, Answer<Integer> answer) {
    Gathering gathering = new Gathering(others.size() + 1, answer);
    gathering.answered(endedHere);
    EndSessionsRequest local = request.toBuilder().setLocal(true).build();
    others.forEach(gateway -> gateways.endSessions(gateway, local, gathering));
  }

  /// Adds up several answers and gives one.
  private static final class Gathering implements Answer<Integer> {
    private final AtomicInteger missing;
    private final AtomicInteger sum = new AtomicInteger();
    private final AtomicReference<@Nullable Refusal> refusal = new AtomicReference<>();
    private final Answer<Integer> answer;

    Gathering(int expected, Answer<Integer> answer) {
      this.missing = new AtomicInteger(expected);
      this.answer = answer;
    }

    @Override
    public void answered(Integer ended) {
      sum.addAndGet(ended);
      finished();
    }

    @Override
    public void refused(Refusal reason) {
      refusal.compareAndSet(null, reason);
      finished();
    }

    private void finished() {
      if (missing.decrementAndGet() > 0) {
        return;
      }
      Refusal reason = refusal.get();
      if (reason == null) {
        answer.answered(sum.get());
      } else {
        answer.refused(reason);
      }
    }
  }
}
