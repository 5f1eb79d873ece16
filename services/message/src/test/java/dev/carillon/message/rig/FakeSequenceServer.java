package dev.carillon.message.rig;

import com.google.protobuf.ByteString;
import dev.carillon.runtime.discovery.RegistryConfig;
import dev.carillon.runtime.service.HostConfig;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.slots.SlotClaims;
import dev.carillon.runtime.slots.SlotListener;
import dev.carillon.runtime.slots.SlotMoved;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.sequence.v1.Block;
import dev.carillon.sequence.v1.Grant;
import dev.carillon.sequence.v1.Reservation;
import dev.carillon.sequence.v1.ReserveRequest;
import dev.carillon.sequence.v1.ReserveResponse;
import dev.carillon.sequence.v1.SequenceServiceGrpc.SequenceServiceImplBase;
import dev.carillon.type.v1.Refusal;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A sequence service over real gRPC and a real registry that keeps its numbers in a map of the
/// test's.
public final class FakeSequenceServer implements AutoCloseable {
  private static final int BLOCK = 50;

  private final ServiceHost host;
  private final SlotClaims slots;
  private final AtomicInteger requests = new AtomicInteger();
  private volatile boolean deaf;

  private FakeSequenceServer(ServiceHost host) {
    this.host = host;
    this.slots = new SlotClaims(host.instance());
  }

  /// Starts one instance.
  ///
  /// @param last the last number granted per key, shared by instances that follow each other
  public static FakeSequenceServer start(RegistryConfig registry, Map<ByteString, Long> last) {
    ServiceHost host = ServiceHost.open(HostConfig.local("sequence", registry));
    FakeSequenceServer server = new FakeSequenceServer(host);
    host.serve(host.server().streams(server.new Rpc(last)));
    host.claimSlots(server.slots, new NoWork());
    host.ready();
    return server;
  }

  /// From now on it takes requests and never answers.
  public void goDeaf() {
    deaf = true;
  }

  /// How many requests came.
  public int requests() {
    return requests.get();
  }

  /// Whether it owns a slot.
  public boolean owns(int slot) {
    return slots.owns(slot);
  }

  @Override
  public void close() {
    host.close();
  }

  /// A fresh map of numbers.
  public static Map<ByteString, Long> numbers() {
    return new ConcurrentHashMap<>();
  }

  private final class Rpc extends SequenceServiceImplBase {
    private final Map<ByteString, Long> last;

    Rpc(Map<ByteString, Long> last) {
      this.last = last;
    }

    @Override
    public StreamObserver<ReserveRequest> reserve(StreamObserver<ReserveResponse> responses) {
      return new StreamObserver<>() {
        @Override
        public void onNext(ReserveRequest request) {
          requests.incrementAndGet();
          if (!deaf) {
            ReserveResponse.Builder response =
                ReserveResponse.newBuilder().setRequestId(request.getRequestId());
            request.getReservationsList().forEach(wish -> response.addGrants(grant(wish)));
            responses.onNext(response.build());
          }
        }

        @Override
        public void onError(Throwable failure) {
          // The caller is gone.
        }

        @Override
        public void onCompleted() {
          responses.onCompleted();
        }
      };
    }

    private Grant grant(Reservation wish) {
      int slot = Slots.of(wish.getKey().toByteArray());
      if (!slots.owns(slot)) {
        dev.carillon.runtime.errors.Refusal moved = SlotMoved.refusal(slot, "", 0);
        return Grant.newBuilder()
            .setRefusal(
                Refusal.newBuilder()
                    .setReason(moved.reason().name())
                    .setRetryable(true)
                    .putAllMetadata(moved.metadata()))
            .build();
      }
      int count = Math.max(BLOCK, wish.getMinCount());
      long end =
          last.merge(
              wish.getKey(),
              wish.getFloor() + count,
              (before, _) -> Math.max(before, wish.getFloor()) + count);
      return Grant.newBuilder()
          .setBlock(Block.newBuilder().setFirst(end - count + 1).setLast(end))
          .build();
    }
  }

  private static final class NoWork implements SlotListener {
    @Override
    public void onClaimed(int slot, long epoch) {
      // Nothing to prepare.
    }

    @Override
    public CompletableFuture<Void> onReleasing(int slot) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onLost(Set<Integer> slots) {
      // Nothing to drop.
    }
  }
}
