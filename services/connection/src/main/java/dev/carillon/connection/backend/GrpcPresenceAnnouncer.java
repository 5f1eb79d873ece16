package dev.carillon.connection.backend;

import dev.carillon.presence.v1.LocateRequest;
import dev.carillon.presence.v1.LocateResponse;
import dev.carillon.presence.v1.PresenceServiceGrpc;
import dev.carillon.presence.v1.SessionSuperseded;
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
import dev.carillon.type.v1.Refusal;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.SynchronizationContext;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
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
public final class GrpcPresenceAnnouncer
    implements PresenceAnnouncer, AnnounceStream.Listener, AutoCloseable {
  private static final String SERVICE = "presence";
  private static final Duration SNAPSHOT_DELAY = Duration.ofMillis(10);
  private static final Duration RETRY_DELAY = Duration.ofMillis(200);
  private static final int LOCATE_CALLS = 256;

  private final ServiceHost host;
  private final SynchronizationContext context = InstanceStream.newContext();
  private final EventLoop loop;
  private final SlotTable table;
  private final InstanceChannels channels;
  private final SlotRouter router;
  private final UnaryCalls calls;
  private final Map<String, AnnounceStream> streams = new ConcurrentHashMap<>();
  private final BitSet snapshotsDue = new BitSet(Slots.COUNT);
  private ConnectedDevices devices = (slots, consumer) -> {};
  private @Nullable Listener listener;
  private @Nullable AutoCloseable moves;
  private boolean snapshotScheduled;
  private boolean closed;

  /// Follows the presence service's instances and slots as `host` sees them.
  public GrpcPresenceAnnouncer(ServiceHost host, Duration timeout) {
    this.host = host;
    loop = host.loops().group().next();
    table = SlotTable.follow(host.instances(), SERVICE);
    channels = new InstanceChannels(host.channels(), host.nanos());
    router = new SlotRouter(table, channels);
    calls = new UnaryCalls(timeout, LOCATE_CALLS);
    host.metrics()
        .gauge(
            "announcements.waiting", "Changes that the directory has yet to read", this::waiting);
  }

  @Override
  public void start(ConnectedDevices connectedDevices, Listener news) {
    context.execute(() -> {
      devices = connectedDevices;
      listener = news;
    });
    // Not at once: who reports a move holds the lock of the table.
    moves =
        table.onMove((slot, owner) -> loop.execute(() -> context.execute(() -> snapshotDue(slot))));
  }

  /// Changes that wait until the directory reads.
  int waiting() {
    return streams.values().stream().mapToInt(AnnounceStream::waiting).sum();
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
    if (stream != null && stream.isGreeted()) {
      stream.announce(device, connected);
    }
    // Otherwise the snapshot that is due tells of it.
  }

  private void snapshotDue(int slot) {
    snapshotsDue.set(slot);
    scheduleSnapshot(SNAPSHOT_DELAY);
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
      if (stream != null && stream.isGreeted()) {
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
        : streams.computeIfAbsent(owner.get().address(), this::newStream);
  }

  private AnnounceStream newStream(String address) {
    return new AnnounceStream(
        host.instance(),
        () -> Channels.onLoop(channels.to(address)),
        this,
        exchange ->
            new InstanceStream<>(
                context,
                loop,
                host.nanos(),
                host.batchInterval(InstanceStream.FRAME_COST),
                exchange));
  }

  /// All slots that are owned there are due. A stream that broke is not opened again to an instance
  /// that owns none.
  @Override
  public void forgotten(AnnounceStream stream) {
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
    } else if (!stream.isGreeted()) {
      streams.values().remove(stream);
      stream.close();
    }
  }

  @Override
  public void slotsMoved(Collection<Integer> slots) {
    slots.forEach(snapshotsDue::set);
    scheduleSnapshot(RETRY_DELAY);
  }

  @Override
  public void superseded(SessionSuperseded session) {
    Listener news = listener;
    if (news != null) {
      news.superseded(session.getUserId(), session.getDeviceId(), session.getSessionId());
    }
  }

  @Override
  public void locate(String userId, Answer<UserLocation> answer) {
    LocateRequest request = LocateRequest.newBuilder().addUserIds(userId).build();
    calls.call(
        deadline ->
            router.call(
                Slots.of(userId),
                deadline,
                (owner, attemptDeadline) -> locate(owner, attemptDeadline, request)),
        new Answer<>() {
          @Override
          public void answered(UserLocation location) {
            answer.answered(location);
          }

          @Override
          public void refused(Refusal refusal) {
            answer.refused(
                refusal.toBuilder().setReason("PRESENCE_UNAVAILABLE").setRetryable(true).build());
          }
        });
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
    AutoCloseable following = moves;
    if (following != null) {
      following.close();
    }
    context.execute(() -> {
      closed = true;
      streams.values().forEach(AnnounceStream::close);
    });
    calls.close();
    router.close();
    table.close();
  }
}
