package dev.carillon.presence;

import com.google.protobuf.util.Timestamps;
import dev.carillon.presence.v1.AnnounceRequest;
import dev.carillon.presence.v1.AnnounceResponse;
import dev.carillon.presence.v1.Changes;
import dev.carillon.presence.v1.DeviceChange;
import dev.carillon.presence.v1.GatewayHello;
import dev.carillon.presence.v1.PresenceServiceGrpc;
import dev.carillon.presence.v1.SnapshotDone;
import dev.carillon.runtime.discovery.Instance;
import dev.carillon.runtime.discovery.Instances;
import dev.carillon.runtime.discovery.RegistryConfig;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.lifecycle.Closer;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.slots.Slots;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/// A gateway that is registered like a real one and announces what a test tells it to.
final class TestGateway implements AutoCloseable {
  private final Closer closer = new Closer();
  private final String id;
  private final List<AnnounceResponse> responses = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Refusal> refused = new CompletableFuture<>();
  private long number;

  private TestGateway(String id) {
    this.id = id;
  }

  static TestGateway register(String id, RegistryConfig registry) {
    TestGateway gateway = new TestGateway(id);
    Instances instances =
        gateway.closer.add(
            Instances.join(
                gateway.closer.add(registry.open(System::nanoTime)),
                registry.leaseTimeToLive(),
                new Health()));
    instances.register(new Instance("connection", id, "127.0.0.1:1", "127.0.0.1:2", false));
    return gateway;
  }

  /// One Announce stream.
  final class Stream {
    private final StreamObserver<AnnounceRequest> requests;

    private Stream(Channel presence) {
      requests =
          PresenceServiceGrpc.newStub(presence)
              .announce(
                  new StreamObserver<>() {
                    @Override
                    public void onNext(AnnounceResponse response) {
                      responses.add(response);
                    }

                    @Override
                    public void onError(Throwable failure) {
                      refused.complete(Refusals.of(failure));
                    }

                    @Override
                    public void onCompleted() {}
                  });
    }

    Stream hello() {
      requests.onNext(
          AnnounceRequest.newBuilder()
              .setHello(GatewayHello.newBuilder().setGatewayId(id))
              .build());
      return this;
    }

    Stream change(String user, String device, long session, long connectedAt, boolean connected) {
      requests.onNext(
          AnnounceRequest.newBuilder()
              .setChanges(
                  Changes.newBuilder()
                      .setNumber(++number)
                      .addChanges(
                          DeviceChange.newBuilder()
                              .setUserId(user)
                              .setDeviceId(device)
                              .setSessionId(session)
                              .setConnected(connected)
                              .setConnectedAt(Timestamps.fromMillis(connectedAt))))
              .build());
      return this;
    }

    Stream connected(String user, String device) {
      return change(user, device, 1, 1, true);
    }

    Stream snapshotDone() {
      SnapshotDone.Builder done = SnapshotDone.newBuilder();
      IntStream.range(0, Slots.COUNT).forEach(done::addSlots);
      requests.onNext(AnnounceRequest.newBuilder().setSnapshotDone(done).build());
      return this;
    }

    void breakOff() {
      requests.onError(new IllegalStateException("broken off by the test"));
    }
  }

  Stream stream(Channel presence) {
    return new Stream(presence);
  }

  List<AnnounceResponse> responses() {
    return responses;
  }

  /// How the stream was refused.
  CompletableFuture<Refusal> refused() {
    return refused;
  }

  /// Leaves the registry, as a gateway that died does when its lease ends.
  @Override
  public void close() {
    closer.close();
  }
}
