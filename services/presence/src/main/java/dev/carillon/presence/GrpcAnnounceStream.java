package dev.carillon.presence;

import com.google.protobuf.util.Timestamps;
import dev.carillon.presence.PresenceService.Announcement;
import dev.carillon.presence.PresenceService.GatewayLink;
import dev.carillon.presence.PresenceService.SessionChange;
import dev.carillon.presence.v1.AnnounceRequest;
import dev.carillon.presence.v1.AnnounceResponse;
import dev.carillon.presence.v1.Changes;
import dev.carillon.presence.v1.DeviceChange;
import dev.carillon.presence.v1.SessionSuperseded;
import dev.carillon.presence.v1.SlotsMoved;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.stream.CreditedStream;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The stream on which one gateway announces its devices: from GatewayHello to its end.
final class GrpcAnnounceStream extends CreditedStream<AnnounceRequest, AnnounceResponse>
    implements GatewayLink {
  private static final int MAX_UNANSWERED = 16;

  private final PresenceService service;
  private final PresenceMetrics metrics;
  private volatile @Nullable Announcement announcement;

  GrpcAnnounceStream(
      PresenceService service, StreamObserver<AnnounceResponse> gateway, PresenceMetrics metrics) {
    super(gateway, MAX_UNANSWERED);
    this.service = service;
    this.metrics = metrics;
  }

  /// A frame has been applied when the next one is read.
  @Override
  protected int weight(AnnounceRequest request) {
    return 0;
  }

  @Override
  protected void received(AnnounceRequest request) {
    Announcement current = announcement;
    if (request.hasHello()) {
      if (current != null) {
        throw invalid("a second GatewayHello (expected: one, first)");
      }
      announcement = service.announce(request.getHello().getGatewayId(), this);
      return;
    }
    if (current == null) {
      throw invalid(request.getFrameCase() + " as the first frame (expected: GatewayHello)");
    }
    switch (request.getFrameCase()) {
      case CHANGES -> apply(current, request.getChanges());
      case SNAPSHOT_DONE -> service.snapshotDone(current, request.getSnapshotDone().getSlotsList());
      case HELLO, FRAME_NOT_SET -> throw invalid("a frame without content");
    }
  }

  private static Refusal invalid(String message) {
    return new Refusal(RuntimeReason.REQUEST_INVALID, message);
  }

  private void apply(Announcement current, Changes changes) {
    service.apply(
        current,
        changes.getNumber(),
        changes.getChangesList().stream()
            .map(change -> unpack(current.gatewayId(), change))
            .toList());
  }

  private static SessionChange unpack(String gatewayId, DeviceChange change) {
    return new SessionChange(
        new DeviceSession(
            change.getUserId(),
            change.getDeviceId(),
            gatewayId,
            change.getSessionId(),
            change.getConnectionNumber(),
            Timestamps.toMicros(change.getConnectedAt())),
        change.getConnected());
  }

  @Override
  public void acknowledge(long number) {
    // A later one acknowledges this one too.
    sendIfRead(AnnounceResponse.newBuilder().setAcknowledgedNumber(number).build());
  }

  @Override
  public void slotsMoved(Set<Integer> slots) {
    answer(
        AnnounceResponse.newBuilder()
            .setSlotsMoved(SlotsMoved.newBuilder().addAllSlots(slots))
            .build(),
        0);
  }

  @Override
  public void superseded(DeviceSession older) {
    sendIfRead(
        AnnounceResponse.newBuilder()
            .setSuperseded(
                SessionSuperseded.newBuilder()
                    .setUserId(older.userId())
                    .setDeviceId(older.deviceId())
                    .setSessionId(older.sessionId()))
            .build());
  }

  private void sendIfRead(AnnounceResponse response) {
    if (isReady()) {
      answer(response, 0);
    } else {
      metrics.responsesDropped.increment();
    }
  }

  @Override
  public void end() {
    end(new Refusal(RuntimeReason.SHUTTING_DOWN, "the gateway's registration has ended"));
  }

  @Override
  protected void onEnded() {
    Announcement current = announcement;
    if (current != null) {
      service.ended(current);
    }
  }
}
