package dev.carillon.connection;

import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.backend.GrpcGatewayClient;
import dev.carillon.connection.backend.PresenceAnnouncer;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.session.Sessions;
import dev.carillon.connection.v1.EndSessionsRequest;
import dev.carillon.presence.v1.DeviceLocation;
import dev.carillon.presence.v1.UserLocation;
import dev.carillon.runtime.grpc.Refusals;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

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
      others.addAll(gateways.gatewayIds());
    }
    for (DeviceLocation device : location.getDevicesList()) {
      others.add(device.getGatewayId());
    }
    others.remove(self);
    return others;
  }

  private void elsewhere(
      EndSessionsRequest request, Set<String> others, int endedHere, Answer<Integer> answer) {
    EndSessionsRequest local = request.toBuilder().setLocal(true).build();
    CompletableFuture<Integer> sum = CompletableFuture.completedFuture(endedHere);
    for (String gateway : others) {
      sum = sum.thenCombine(at(gateway, local), Integer::sum);
    }
    sum.whenComplete(answer::take);
  }

  private CompletableFuture<Integer> at(String gateway, EndSessionsRequest request) {
    CompletableFuture<Integer> ended = new CompletableFuture<>();
    gateways.endSessions(
        gateway,
        request,
        Answer.of(
            ended::complete, refusal -> ended.completeExceptionally(Refusals.ofFrame(refusal))));
    return ended;
  }
}
