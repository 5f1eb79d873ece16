package dev.carillon.presence;

import com.google.protobuf.util.Timestamps;
import dev.carillon.presence.v1.AnnounceRequest;
import dev.carillon.presence.v1.AnnounceResponse;
import dev.carillon.presence.v1.DeviceLocation;
import dev.carillon.presence.v1.LocateRequest;
import dev.carillon.presence.v1.LocateResponse;
import dev.carillon.presence.v1.PresenceServiceGrpc;
import dev.carillon.presence.v1.UserLocation;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.slots.OwnedSlots;
import dev.carillon.runtime.stream.CreditedStream.OpenStreams;
import io.grpc.stub.StreamObserver;

/// Answers the presence service's RPCs. Everything is answered from memory on the event loop.
final class PresenceRpc extends PresenceServiceGrpc.PresenceServiceImplBase {
  private final PresenceService service;
  private final OwnedSlots slots;
  private final PresenceMetrics metrics;
  private final OpenStreams streams = new OpenStreams();

  PresenceRpc(PresenceService service, OwnedSlots slots, PresenceMetrics metrics) {
    this.service = service;
    this.slots = slots;
    this.metrics = metrics;
  }

  @Override
  public StreamObserver<AnnounceRequest> announce(StreamObserver<AnnounceResponse> responses) {
    return streams.begin(new GrpcAnnounceStream(service, responses, metrics));
  }

  /// Ends every Announce stream, so that the gateways go to the next owners of the slots.
  void drain() {
    streams.drain();
  }

  @Override
  public void locate(LocateRequest request, StreamObserver<LocateResponse> responses) {
    Locations locations = service.locate(request.getUserIdsList());
    LocateResponse.Builder answer = LocateResponse.newBuilder();
    locations.found().forEach(location -> answer.addLocations(pack(location)));
    locations.movedSlots().forEach(slot -> answer.addMoved(Refusals.toFrame(slots.moved(slot))));
    responses.onNext(answer.build());
    responses.onCompleted();
  }

  private static UserLocation pack(Locations.UserLocation location) {
    UserLocation.Builder packed =
        UserLocation.newBuilder().setUserId(location.userId()).setComplete(location.complete());
    for (DeviceSession session : location.devices()) {
      packed.addDevices(
          DeviceLocation.newBuilder()
              .setDeviceId(session.deviceId())
              .setGatewayId(session.gatewayId())
              .setSessionId(session.sessionId())
              .setConnectedAt(Timestamps.fromMicros(session.connectedAtMicros())));
    }
    return packed.build();
  }
}
