package dev.carillon.connection.backend;

import dev.carillon.presence.v1.AnnounceRequest;
import dev.carillon.presence.v1.AnnounceResponse;
import dev.carillon.presence.v1.DeviceChange;
import dev.carillon.presence.v1.PresenceServiceGrpc;
import dev.carillon.runtime.discovery.RegistryConfig;
import dev.carillon.runtime.service.HostConfig;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.slots.DeferredSlots;
import dev.carillon.runtime.slots.SlotListener;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A presence instance that owns every slot, keeps what gateways announce, and can be told not to
/// read.
final class PresenceHome implements AutoCloseable {
  private final ServiceHost host;
  private final DeferredSlots slots = new DeferredSlots();
  private final List<AnnounceRequest> frames = new CopyOnWriteArrayList<>();
  private final List<ServerCallStreamObserver<AnnounceResponse>> streams =
      new CopyOnWriteArrayList<>();
  private final AtomicInteger openings = new AtomicInteger();
  private volatile boolean reading = true;

  PresenceHome(RegistryConfig registry) {
    host = ServiceHost.open(HostConfig.local("presence", registry));
    host.serve(host.server().streams(new Rpc()));
    host.claimSlots(slots, new NothingToDo());
    host.ready();
  }

  boolean isReady() {
    return host.health().isReady();
  }

  /// Reads nothing from now on.
  void stopReading() {
    reading = false;
  }

  /// Reads what has come meanwhile and all that comes.
  void read() {
    reading = true;
    streams.forEach(stream -> stream.request(1));
  }

  /// Breaks every stream.
  void breakStreams() {
    streams.forEach(stream -> stream.onError(io.grpc.Status.UNAVAILABLE.asRuntimeException()));
    streams.clear();
  }

  /// How many streams have been opened so far.
  int openings() {
    return openings.get();
  }

  List<AnnounceRequest> frames() {
    return List.copyOf(frames);
  }

  List<DeviceChange> changes() {
    return frames.stream()
        .filter(AnnounceRequest::hasChanges)
        .flatMap(frame -> frame.getChanges().getChangesList().stream())
        .toList();
  }

  @Override
  public void close() {
    host.close();
  }

  private final class Rpc extends PresenceServiceGrpc.PresenceServiceImplBase {
    @Override
    public StreamObserver<AnnounceRequest> announce(StreamObserver<AnnounceResponse> responses) {
      ServerCallStreamObserver<AnnounceResponse> call =
          (ServerCallStreamObserver<AnnounceResponse>) responses;
      call.disableAutoRequest();
      call.request(1);
      streams.add(call);
      openings.incrementAndGet();
      return new StreamObserver<>() {
        @Override
        public void onNext(AnnounceRequest request) {
          frames.add(request);
          if (reading) {
            call.request(1);
          }
        }

        @Override
        public void onError(Throwable failure) {
          streams.remove(call);
        }

        @Override
        public void onCompleted() {
          streams.remove(call);
          call.onCompleted();
        }
      };
    }
  }

  private static final class NothingToDo implements SlotListener {
    @Override
    public void onClaimed(int slot, long epoch) {}

    @Override
    public CompletableFuture<Void> onReleasing(int slot) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onLost(Set<Integer> slots) {}
  }
}
