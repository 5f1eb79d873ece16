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
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.netty.channel.EventLoop;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The one Announce stream from this gateway to one presence instance.
///
/// What happens while the instance does not read waits here, one change for each session: never
/// more than there are sessions, and [#GONE_LIMIT] that are gone. A stream that falls further
/// behind is given up, for the next one begins with a snapshot. Belongs to the announcer's event
/// loop; what comes back hops there.
final class AnnounceStream implements ClientResponseObserver<AnnounceRequest, AnnounceResponse> {
  private static final int CHANGES_PER_FRAME = 500;

  /// How many sessions that have gone may wait to be told.
  static final int GONE_LIMIT = 10_000;

  private final String address;
  private final EventLoop loop;
  private final Listener listener;
  private final Map<Long, DeviceChange> waiting = new LinkedHashMap<>();
  private final BitSet announced = new BitSet(Slots.COUNT);
  private @Nullable ClientCallStreamObserver<AnnounceRequest> requests;
  private volatile int size;
  private int gone;
  private long number;
  private boolean flushing;
  private boolean ended;

  /// Hears what a presence instance says, on the announcer's loop.
  interface Listener {
    /// These slots are not owned there.
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
      giveUp();
    } else if (waiting.size() >= CHANGES_PER_FRAME) {
      flush();
    } else if (!flushing) {
      flushing = true;
      loop.execute(this::flush);
    }
  }

  /// How many changes wait until the instance reads; any thread.
  int waiting() {
    return size;
  }

  private void take(long sessionId) {
    DeviceChange earlier = waiting.remove(sessionId);
    gone -= earlier == null || earlier.getConnected() ? 0 : 1;
  }

  private void giveUp() {
    ClientCallStreamObserver<AnnounceRequest> open = requests;
    if (open != null && !ended) {
      open.cancel("the directory reads too slowly", null);
      end();
    }
  }

  /// Says that all devices of these slots have been announced.
  void snapshotDone(BitSet slots) {
    announced.or(slots);
    flush();
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
    toPresence.setOnReadyHandler(() -> loop.execute(this::flush));
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
      waiting.clear();
      size = 0;
      listener.broken(this);
    }
  }

  private void flush() {
    flushing = false;
    while (isReady() && !waiting.isEmpty()) {
      List<DeviceChange> some = waiting.values().stream().limit(CHANGES_PER_FRAME).toList();
      some.forEach(change -> take(change.getSessionId()));
      size = waiting.size();
      Changes frame = Changes.newBuilder().setNumber(++number).addAllChanges(some).build();
      send(AnnounceRequest.newBuilder().setChanges(frame).build());
    }
    if (isReady() && !announced.isEmpty()) {
      SnapshotDone.Builder done = SnapshotDone.newBuilder();
      announced.stream().forEach(done::addSlots);
      announced.clear();
      send(AnnounceRequest.newBuilder().setSnapshotDone(done).build());
    }
  }

  private boolean isReady() {
    ClientCallStreamObserver<AnnounceRequest> open = requests;
    return open != null && !ended && open.isReady();
  }

  private void send(AnnounceRequest frame) {
    ClientCallStreamObserver<AnnounceRequest> open = requests;
    if (open != null && !ended) {
      open.onNext(frame);
    }
  }
}
