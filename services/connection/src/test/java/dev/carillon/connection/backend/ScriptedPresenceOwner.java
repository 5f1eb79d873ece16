package dev.carillon.connection.backend;

import dev.carillon.presence.v1.AnnounceRequest;
import dev.carillon.presence.v1.AnnounceResponse;
import dev.carillon.presence.v1.DeviceChange;
import dev.carillon.presence.v1.PresenceServiceGrpc;
import dev.carillon.runtime.discovery.RegistryConfig;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A presence instance that owns every slot, keeps what gateways announce, and reads only while a
/// test wants it to.
final class ScriptedPresenceOwner extends ScriptedOwner {
  private final Rpc rpc;

  ScriptedPresenceOwner(RegistryConfig registry) {
    this(registry, new Rpc());
  }

  private ScriptedPresenceOwner(RegistryConfig registry, Rpc rpc) {
    super("presence", registry, slots -> rpc);
    this.rpc = rpc;
  }

  /// Reads nothing from now on.
  void stopReading() {
    rpc.reading = false;
  }

  /// Reads what has come meanwhile and all that comes.
  void read() {
    rpc.reading = true;
    rpc.streams.forEach(stream -> stream.request(1));
  }

  /// Breaks every stream.
  void breakStreams() {
    rpc.streams.forEach(stream -> stream.onError(Status.UNAVAILABLE.asRuntimeException()));
    rpc.streams.clear();
  }

  /// How many streams have been opened so far.
  int openings() {
    return rpc.openings.get();
  }

  List<AnnounceRequest> frames() {
    return List.copyOf(rpc.frames);
  }

  List<DeviceChange> changes() {
    return rpc.frames.stream()
        .filter(AnnounceRequest::hasChanges)
        .flatMap(frame -> frame.getChanges().getChangesList().stream())
        .toList();
  }

  private static final class Rpc extends PresenceServiceGrpc.PresenceServiceImplBase {
    private final List<AnnounceRequest> frames = new CopyOnWriteArrayList<>();
    private final List<ServerCallStreamObserver<AnnounceResponse>> streams =
        new CopyOnWriteArrayList<>();
    private final AtomicInteger openings = new AtomicInteger();
    private volatile boolean reading = true;

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
}
