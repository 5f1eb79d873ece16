package dev.carillon.presence;

import dev.carillon.presence.v1.AnnounceRequest;
import dev.carillon.presence.v1.AnnounceResponse;
import dev.carillon.presence.v1.Changes;
import dev.carillon.presence.v1.SessionSuperseded;
import dev.carillon.presence.v1.SlotsMoved;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.grpc.Refusals;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The stream on which one gateway announces its devices: from GatewayHello to its end.
///
/// Requests come one at a time on the event loop; answers may come from any thread and take turns.
final class GrpcAnnounceStream implements StreamObserver<AnnounceRequest>, GatewayLink {
  private final PresenceService service;
  private final ServerCallStreamObserver<AnnounceResponse> responses;
  private final PresenceMetrics metrics;
  private @Nullable Announcement announcement;
  private boolean ended;

  GrpcAnnounceStream(
      PresenceService service,
      ServerCallStreamObserver<AnnounceResponse> responses,
      PresenceMetrics metrics) {
    this.service = service;
    this.responses = responses;
    this.metrics = metrics;
    responses.setOnCancelHandler(this::gone);
  }

  @Override
  public void onNext(AnnounceRequest request) {
    Announcement current = announcement;
    switch (request.getFrameCase()) {
      case HELLO -> {
        if (current != null) {
          refuse("a second GatewayHello (expected: one, first)");
        } else {
          announcement = service.announce(request.getHello().getGatewayId(), this);
        }
      }
      case CHANGES -> {
        if (current == null) {
          refuse("Changes as the first frame (expected: GatewayHello)");
        } else {
          apply(current, request.getChanges());
        }
      }
      case SNAPSHOT_DONE -> {
        if (current == null) {
          refuse("SnapshotDone as the first frame (expected: GatewayHello)");
        } else {
          service.snapshotDone(current, request.getSnapshotDone().getSlotsList());
        }
      }
      case FRAME_NOT_SET -> refuse("a frame without content");
    }
  }

  private void apply(Announcement current, Changes changes) {
    service.apply(
        current,
        changes.getNumber(),
        changes.getChangesList().stream()
            .map(change -> PresenceRpc.unpack(current.gatewayId(), change))
            .toList());
  }

  @Override
  public void onError(Throwable broken) {
    gone();
  }

  @Override
  public void onCompleted() {
    gone();
    end(null);
  }

  @Override
  public void acknowledge(long number) {
    if (!responses.isReady()) {
      // A later one acknowledges this one too.
      metrics.responseDropped();
      return;
    }
    send(AnnounceResponse.newBuilder().setAcknowledgedNumber(number).build());
  }

  @Override
  public void slotsMoved(Set<Integer> slots) {
    send(
        AnnounceResponse.newBuilder()
            .setSlotsMoved(SlotsMoved.newBuilder().addAllSlots(slots))
            .build());
  }

  @Override
  public void superseded(DeviceSession older) {
    if (!responses.isReady()) {
      metrics.responseDropped();
      return;
    }
    send(
        AnnounceResponse.newBuilder()
            .setSuperseded(
                SessionSuperseded.newBuilder()
                    .setUserId(older.userId())
                    .setDeviceId(older.deviceId())
                    .setSessionId(older.sessionId()))
            .build());
  }

  @Override
  public void end() {
    end(new Refusal(RuntimeReason.SHUTTING_DOWN, "the gateway's registration has ended"));
  }

  private void gone() {
    Announcement current = announcement;
    if (current != null) {
      service.ended(current);
    }
  }

  private void refuse(String message) {
    gone();
    end(new Refusal(RuntimeReason.REQUEST_INVALID, message));
  }

  private synchronized void send(AnnounceResponse response) {
    if (!ended && !responses.isCancelled()) {
      responses.onNext(response);
    }
  }

  private synchronized void end(@Nullable Refusal refusal) {
    if (ended) {
      return;
    }
    ended = true;
    if (refusal == null) {
      responses.onCompleted();
    } else {
      responses.onError(Refusals.toStatusException(refusal));
    }
  }
}
