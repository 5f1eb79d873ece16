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
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.stream.InstanceStream;
import dev.carillon.runtime.stream.InstanceStream.Exchange;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/// The one Announce stream from this gateway to one presence instance.
///
/// What happens while the instance does not read waits here, one change for each session: never
/// more than there are sessions, and [#GONE_LIMIT] that are gone. A call that falls further behind
/// is given up, for the next one begins with a snapshot. Belongs to the announcer's context.
final class AnnounceStream implements Exchange<AnnounceRequest, AnnounceResponse> {
  private static final int CHANGES_PER_FRAME = 500;

  /// How many sessions that have gone may wait to be announced.
  static final int GONE_LIMIT = 10_000;

  private final GatewayHello hello;
  private final Supplier<Channel> channel;
  private final Listener listener;
  private final Map<Long, DeviceChange> waiting = new LinkedHashMap<>();
  private final BitSet announced = new BitSet(Slots.COUNT);
  private final InstanceStream<AnnounceRequest, AnnounceResponse> stream;
  private volatile int size;
  private int gone;
  private long number;
  private boolean greeted;

  /// Hears what a presence instance says, in the announcer's context.
  interface Listener {
    /// A call has begun or broken: the instance does not know any device yet, or any more.
    void forgotten(AnnounceStream stream);

    /// The instance does not own these slots.
    void slotsMoved(Collection<Integer> slots);

    /// A device has connected elsewhere since.
    void superseded(SessionSuperseded session);
  }

  /// A stream of the gateway with this id; its first call begins when it is woken.
  AnnounceStream(
      String gatewayId,
      Supplier<Channel> channel,
      Listener listener,
      Function<AnnounceStream, InstanceStream<AnnounceRequest, AnnounceResponse>> streams) {
    this.hello = GatewayHello.newBuilder().setGatewayId(gatewayId).build();
    this.channel = channel;
    this.listener = listener;
    this.stream = streams.apply(this);
    stream.wake();
  }

  /// Whether the instance knows who announces, so that a snapshot may begin.
  boolean isGreeted() {
    return greeted;
  }

  /// Announces a device after those announced before.
  void announce(ConnectedDevice device, boolean connected) {
    DeviceChange change =
        DeviceChange.newBuilder()
            .setUserId(device.userId())
            .setDeviceId(device.deviceId())
            .setSessionId(device.sessionId())
            .setConnected(connected)
            .setConnectionNumber(device.connectionNumber())
            .setConnectedAt(Timestamps.fromMillis(device.connectedAtMillis()))
            .build();
    take(device.sessionId());
    waiting.put(device.sessionId(), change);
    size = waiting.size();
    gone += connected ? 0 : 1;
    if (gone > GONE_LIMIT) {
      stream.giveUp("the directory reads too slowly");
    } else {
      stream.wake();
    }
  }

  /// Says that all devices of these slots have been announced.
  void snapshotDone(BitSet slots) {
    announced.or(slots);
    stream.wake();
  }

  /// How many changes wait until the instance reads; any thread.
  int waiting() {
    return size;
  }

  /// Ends the stream in order.
  void close() {
    stream.close();
  }

  private void take(long sessionId) {
    DeviceChange earlier = waiting.remove(sessionId);
    gone -= earlier == null || earlier.getConnected() ? 0 : 1;
  }

  @Override
  public StreamObserver<AnnounceRequest> open(StreamObserver<AnnounceResponse> responses) {
    return PresenceServiceGrpc.newStub(channel.get()).announce(responses);
  }

  @Override
  public boolean hasNext() {
    return !greeted || !waiting.isEmpty() || !announced.isEmpty();
  }

  @Override
  public AnnounceRequest next() {
    if (!greeted) {
      greeted = true;
      listener.forgotten(this);
      return AnnounceRequest.newBuilder().setHello(hello).build();
    }
    if (waiting.isEmpty()) {
      SnapshotDone.Builder done = SnapshotDone.newBuilder();
      announced.stream().forEach(done::addSlots);
      announced.clear();
      return AnnounceRequest.newBuilder().setSnapshotDone(done).build();
    }
    List<DeviceChange> some = waiting.values().stream().limit(CHANGES_PER_FRAME).toList();
    some.forEach(change -> take(change.getSessionId()));
    size = waiting.size();
    Changes frame = Changes.newBuilder().setNumber(++number).addAllChanges(some).build();
    return AnnounceRequest.newBuilder().setChanges(frame).build();
  }

  @Override
  public void answered(AnnounceResponse response) {
    switch (response.getFrameCase()) {
      case SLOTS_MOVED -> listener.slotsMoved(response.getSlotsMoved().getSlotsList());
      case SUPERSEDED -> listener.superseded(response.getSuperseded());
      case ACKNOWLEDGED_NUMBER, FRAME_NOT_SET -> {
        // A call that breaks is followed by a snapshot, so nobody waits for acknowledgements.
      }
    }
  }

  @Override
  public void broken(Status why) {
    greeted = false;
    number = 0;
    waiting.clear();
    gone = 0;
    size = 0;
    announced.clear();
    listener.forgotten(this);
  }
}
