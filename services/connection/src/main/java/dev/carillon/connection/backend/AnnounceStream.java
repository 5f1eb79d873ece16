package dev.carillon.connection.backend;

import com.google.protobuf.util.Timestamps;
import dev.carillon.presence.v1.AnnounceRequest;
import dev.carillon.presence.v1.AnnounceResponse;
import dev.carillon.presence.v1.Changes;
import dev.carillon.presence.v1.DeviceChange;
import dev.carillon.presence.v1.GatewayHello;
import dev.carillon.presence.v1.PresenceServiceGrpc;
import dev.carillon.presence.v1.SessionSuperseded;
import dev.carillon.presence.v1.SnapshotDone;
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The one Announce stream from this gateway to one presence instance.
///
/// Belongs to the announcer's event loop; what comes back hops there.
final class AnnounceStream implements ClientResponseObserver<AnnounceRequest, AnnounceResponse> {
  private static final int CHANGES_PER_FRAME = 500;

  private final String address;
  private final EventLoop loop;
  private final Listener listener;
  private final List<DeviceChange> changes = new ArrayList<>();
  private @Nullable ClientCallStreamObserver<AnnounceRequest> requests;
  private long number;
  private boolean flushing;
  private boolean ended;

  /// Hears what a presence instance says, on the announcer's loop.
  interface Listener {
    /// These slots are not at home there.
    void slotsMoved(AnnounceStream from, Set<Integer> slots);

    /// A device has connected elsewhere since.
    void superseded(SessionSuperseded session);

    /// The stream is gone.
    void broken(AnnounceStream stream);
  }

  private AnnounceStream(String address, EventLoop loop, Listener listener) {
    this.address = address;
    this.loop = loop;
    this.listener = listener;
  }

  /// Opens a stream and says who announces.
  static AnnounceStream open(
      String address, Channel channel, String gatewayId, EventLoop loop, Listener listener) {
    AnnounceStream stream = new AnnounceStream(address, loop, listener);
    PresenceServiceGrpc.newStub(channel).announce(stream);
    stream.send(
        AnnounceRequest.newBuilder()
            .setHello(GatewayHello.newBuilder().setGatewayId(gatewayId))
            .build());
    return stream;
  }

  String address() {
    return address;
  }

  /// Announces a device after those announced before; changes of one turn of the loop share a
  /// frame.
  void announce(ConnectedDevice device, boolean connected) {
    changes.add(
        DeviceChange.newBuilder()
            .setUserId(device.userId())
            .setDeviceId(device.deviceId())
            .setSessionId(device.sessionId())
            .setConnected(connected)
            .setConnectionNumber(device.connectionNumber())
            .setConnectedAt(Timestamps.fromMillis(device.connectedAtMillis()))
            .build());
    if (changes.size() >= CHANGES_PER_FRAME) {
      flush();
    } else if (!flushing) {
      flushing = true;
      loop.execute(this::flush);
    }
  }

  /// Says that all devices of these slots have been announced.
  void snapshotDone(BitSet slots) {
    flush();
    SnapshotDone.Builder done = SnapshotDone.newBuilder();
    slots.stream().forEach(done::addSlots);
    send(AnnounceRequest.newBuilder().setSnapshotDone(done).build());
  }

  /// Ends the stream in order.
  void close() {
    ClientCallStreamObserver<AnnounceRequest> open = requests;
    if (open != null && !ended) {
      ended = true;
      open.onCompleted();
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<AnnounceRequest> toPresence) {
    requests = toPresence;
  }

  @Override
  public void onNext(AnnounceResponse response) {
    switch (response.getFrameCase()) {
      case SLOTS_MOVED -> {
        Set<Integer> slots = new TreeSet<>(response.getSlotsMoved().getSlotsList());
        loop.execute(() -> listener.slotsMoved(this, slots));
      }
      case SUPERSEDED -> loop.execute(() -> listener.superseded(response.getSuperseded()));
      case ACKNOWLEDGED_NUMBER, FRAME_NOT_SET -> {
        // A stream that breaks is followed by a snapshot, so nobody waits for acknowledgements.
      }
    }
  }

  @Override
  public void onError(Throwable failure) {
    loop.execute(this::end);
  }

  @Override
  public void onCompleted() {
    loop.execute(this::end);
  }

  private void end() {
    if (!ended) {
      ended = true;
      listener.broken(this);
    }
  }

  private void flush() {
    flushing = false;
    if (!changes.isEmpty()) {
      Changes frame = Changes.newBuilder().setNumber(++number).addAllChanges(changes).build();
      changes.clear();
      send(AnnounceRequest.newBuilder().setChanges(frame).build());
    }
  }

  private void send(AnnounceRequest frame) {
    ClientCallStreamObserver<AnnounceRequest> open = requests;
    if (open != null && !ended) {
      open.onNext(frame);
    }
  }
}
