package dev.carillon.connection.backend;

import com.google.protobuf.util.Timestamps;
import dev.carillon.presence.v1.AnnounceRequest;
import dev.carillon.presence.v1.AnnounceResponse;
import dev.carillon.presence.v1.Changes;
import dev.carillon.presence.v1.DeviceChange;
import dev.carillon.presence.v1.GatewayHello;
import dev.carillon.presence.v1.LocateRequest;
import dev.carillon.presence.v1.LocateResponse;
import dev.carillon.presence.v1.PresenceServiceGrpc;
import dev.carillon.presence.v1.SessionSuperseded;
import dev.carillon.presence.v1.SnapshotDone;
import dev.carillon.presence.v1.UserLocation;
import dev.carillon.runtime.grpc.Channels;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.slots.InstanceChannels;
import dev.carillon.runtime.slots.OwnerLocation;
import dev.carillon.runtime.slots.SlotRouter;
import dev.carillon.runtime.slots.SlotTable;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.stream.InstanceStream;
import dev.carillon.runtime.stream.InstanceStream.Exchange;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The presence directory over gRPC: one stream to every instance that owns a slot.
///
/// Whenever a call or the owner of a slot is new, the devices of the slots concerned are announced
/// as a snapshot; from then on changes follow. All state belongs to one context, see
/// [InstanceStream].
public final class GrpcPresenceAnnouncer implements PresenceAnnouncer, AutoCloseable {
  private static final String SERVICE = "presence";
  private static final Duration SNAPSHOT_DELAY = Duration.ofMillis(10);
  private static final Duration RETRY_DELAY = Duration.ofMillis(200);
  private static final int LOCATE_CALLS = 256;
  private static final int CHANGES_PER_FRAME = 500;

  /// How many sessions that have gone may wait to be announced to one instance.
  static final int GONE_LIMIT = 10_000;

  private final ServiceHost host;
  private final SynchronizationContext context = InstanceStream.newContext();
  private final EventLoop loop;
  private final SlotTable table;
  private final InstanceChannels channels;
  private final SlotRouter router;
  private final UnaryCalls calls;
  private final Map<String, AnnounceStream> streams = new ConcurrentHashMap<>();
  private final BitSet snapshotsDue = new BitSet(Slots.COUNT);
  private final Devices devices;
  private final AutoCloseable moves;
  private boolean snapshotScheduled;
  private boolean closed;

  /// Announces `devices` to the presence service's instances and slots as `host` sees them.
  ///
  /// @param timeout how long a look-up may take
  public GrpcPresenceAnnouncer(ServiceHost host, Devices devices, Duration timeout) {
    this.host = host;
    this.devices = devices;
    loop = host.loops().group().next();
    table = SlotTable.follow(host.instances(), SERVICE);
    channels = new InstanceChannels(host.channels(), host.nanos());
    router = new SlotRouter(table, channels);
    calls = new UnaryCalls(timeout, LOCATE_CALLS);
    host.metrics()
        .gauge(
            "announcements.waiting", "Changes that the directory has yet to read", this::waiting);
    moves =
        table.onMove(
            loop,
            (slot, owner) -> context.execute(() -> snapshotDue(List.of(slot), SNAPSHOT_DELAY)));
  }

  /// Changes that wait until the directory reads.
  int waiting() {
    return streams.values().stream().mapToInt(stream -> stream.size).sum();
  }

  @Override
  public void connected(ConnectedDevice device) {
    context.execute(() -> changed(device, true));
  }

  @Override
  public void gone(ConnectedDevice device) {
    context.execute(() -> changed(device, false));
  }

  private void changed(ConnectedDevice device, boolean connected) {
    int slot = Slots.of(device.userId());
    AnnounceStream stream = snapshotsDue.get(slot) ? null : streamOf(slot);
    if (stream != null && stream.greeted) {
      stream.announce(device, connected);
    }
    // Otherwise the snapshot that is due contains it.
  }

  private void snapshotDue(Collection<Integer> slots, Duration delay) {
    slots.forEach(snapshotsDue::set);
    scheduleSnapshot(delay);
  }

  private void scheduleSnapshot(Duration delay) {
    if (!snapshotScheduled && !closed) {
      snapshotScheduled = true;
      context.schedule(this::snapshot, delay.toMillis(), TimeUnit.MILLISECONDS, loop);
    }
  }

  /// Announces all devices of the slots that are due and have an owner who listens, in one pass
  /// over the devices.
  private void snapshot() {
    snapshotScheduled = false;
    Map<AnnounceStream, BitSet> slotsOf = new HashMap<>();
    BitSet announced = new BitSet(Slots.COUNT);
    for (int slot : snapshotsDue.stream().toArray()) {
      AnnounceStream stream = streamOf(slot);
      if (stream != null && stream.greeted) {
        slotsOf.computeIfAbsent(stream, s -> new BitSet(Slots.COUNT)).set(slot);
        announced.set(slot);
      }
    }
    if (!announced.isEmpty()) {
      snapshotsDue.andNot(announced);
      devices.forEach(announced::get, device -> changed(device, true));
      slotsOf.forEach(AnnounceStream::snapshotDone);
    }
    if (!snapshotsDue.isEmpty()) {
      scheduleSnapshot(RETRY_DELAY);
    }
  }

  private @Nullable AnnounceStream streamOf(int slot) {
    Optional<OwnerLocation> owner = table.ownerOf(slot);
    return owner.isEmpty() || closed
        ? null
        : streams.computeIfAbsent(owner.get().address(), AnnounceStream::new);
  }

  /// A call has begun or broken, so the instance does not know any device: all slots that are owned
  /// there are due. A stream that broke is not opened again to an instance that owns none.
  private void forgotten(AnnounceStream stream) {
    boolean owns = false;
    for (int slot = 0; slot < Slots.COUNT; slot++) {
      Optional<OwnerLocation> owner = table.ownerOf(slot);
      if (owner.isPresent() && stream.equals(streams.get(owner.get().address()))) {
        snapshotsDue.set(slot);
        owns = true;
      }
    }
    if (owns) {
      scheduleSnapshot(SNAPSHOT_DELAY);
    } else if (!stream.greeted) {
      streams.values().remove(stream);
      stream.stream.close();
    }
  }

  @Override
  public void locate(String userId, Answer<UserLocation> answer) {
    LocateRequest request = LocateRequest.newBuilder().addUserIds(userId).build();
    calls.call(
        deadline ->
            router.call(
                Slots.of(userId), deadline, (owner, attempt) -> locate(owner, attempt, request)),
        Answer.of(
            answer::answered,
            refusal ->
                answer.refused(
                    refusal.toBuilder()
                        .setReason("PRESENCE_UNAVAILABLE")
                        .setRetryable(true)
                        .build())));
  }

  private static UserLocation locate(Channel owner, Deadline deadline, LocateRequest request) {
    LocateResponse response =
        PresenceServiceGrpc.newBlockingStub(owner).withDeadline(deadline).locate(request);
    if (response.getMovedCount() > 0) {
      throw Refusals.ofFrame(response.getMoved(0));
    }
    return response.getLocations(0);
  }

  @Override
  public void close() throws Exception {
    moves.close();
    context.execute(() -> {
      closed = true;
      streams.values().forEach(stream -> stream.stream.close());
    });
    calls.close();
    router.close();
    table.close();
  }

  /// The one Announce stream from this gateway to one presence instance.
  ///
  /// What happens while the instance does not read waits here, one change for each session: never
  /// more than there are sessions, and [#GONE_LIMIT] that are gone. A call that falls further
  /// behind is given up, for the next one begins with a snapshot.
  private final class AnnounceStream implements Exchange<AnnounceRequest, AnnounceResponse> {
    private final String address;
    private final Map<Long, DeviceChange> waiting = new LinkedHashMap<>();
    private final BitSet announced = new BitSet(Slots.COUNT);
    private final InstanceStream<AnnounceRequest, AnnounceResponse> stream =
        new InstanceStream<>(
            context, loop, host.nanos(), host.batchInterval(InstanceStream.FRAME_COST), this);

    /// How many changes wait until the instance reads; read by any thread.
    private volatile int size;

    private int gone;
    private long number;

    /// Whether the instance knows who announces, so that a snapshot may begin.
    private boolean greeted;

    AnnounceStream(String address) {
      this.address = address;
      stream.wake();
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

    private void take(long sessionId) {
      DeviceChange earlier = waiting.remove(sessionId);
      gone -= earlier == null || earlier.getConnected() ? 0 : 1;
    }

    @Override
    public StreamObserver<AnnounceRequest> open(StreamObserver<AnnounceResponse> responses) {
      return PresenceServiceGrpc.newStub(Channels.onLoop(channels.to(address))).announce(responses);
    }

    @Override
    public boolean hasNext() {
      return !greeted || !waiting.isEmpty() || !announced.isEmpty();
    }

    @Override
    public AnnounceRequest next() {
      if (!greeted) {
        greeted = true;
        forgotten(this);
        GatewayHello hello = GatewayHello.newBuilder().setGatewayId(host.instance()).build();
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
    public void received(AnnounceResponse response) {
      switch (response.getFrameCase()) {
        case SLOTS_MOVED -> snapshotDue(response.getSlotsMoved().getSlotsList(), RETRY_DELAY);
        case SUPERSEDED -> {
          SessionSuperseded old = response.getSuperseded();
          devices.superseded(old.getUserId(), old.getDeviceId(), old.getSessionId());
        }
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
      forgotten(this);
    }
  }
}
