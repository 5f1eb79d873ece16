package dev.carillon.message.rig;

import dev.carillon.presence.v1.DeviceLocation;
import dev.carillon.presence.v1.LocateRequest;
import dev.carillon.presence.v1.LocateResponse;
import dev.carillon.presence.v1.PresenceServiceGrpc.PresenceServiceImplBase;
import dev.carillon.presence.v1.UserLocation;
import dev.carillon.runtime.discovery.RegistryConfig;
import dev.carillon.runtime.service.HostConfig;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.slots.SlotClaims;
import dev.carillon.runtime.slots.SlotListener;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.type.v1.Refusal;
import io.grpc.stub.StreamObserver;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A presence service over real gRPC and a real registry whose directory is a map of the test's.
public final class FakePresenceServer implements AutoCloseable {
  private final ServiceHost host;
  private final Map<String, Set<String>> places;
  private final SlotClaims slots;
  private final AtomicInteger questions = new AtomicInteger();
  private volatile boolean cold;
  private volatile boolean deaf;

  private FakePresenceServer(ServiceHost host, Map<String, Set<String>> places) {
    this.host = host;
    this.slots = new SlotClaims(host.instance());
    this.places = places;
  }

  /// Starts one instance.
  ///
  /// @param places the gateways of each user, shared by instances that follow each other
  public static FakePresenceServer start(RegistryConfig registry, Map<String, Set<String>> places) {
    ServiceHost host = ServiceHost.open(HostConfig.local("presence", registry));
    FakePresenceServer presence = new FakePresenceServer(host, places);
    host.serve(host.server().service(presence.new Rpc()));
    host.claimSlots(presence.slots, new NoWork());
    host.ready();
    return presence;
  }

  /// An empty directory.
  public static Map<String, Set<String>> places() {
    return new ConcurrentHashMap<>();
  }

  /// From now on it says of everybody that it does not know all of their devices, or no longer so.
  public void setCold(boolean isCold) {
    cold = isCold;
  }

  /// From now on it takes questions and does not answer.
  public void goDeaf() {
    deaf = true;
  }

  /// How many questions came.
  public int questions() {
    return questions.get();
  }

  /// Whether it owns the slot of a user.
  public boolean owns(String userId) {
    return slots.owns(Slots.of(userId));
  }

  @Override
  public void close() {
    host.close();
  }

  private final class Rpc extends PresenceServiceImplBase {
    @Override
    public void locate(LocateRequest request, StreamObserver<LocateResponse> responses) {
      questions.incrementAndGet();
      if (deaf) {
        return;
      }
      LocateResponse.Builder response = LocateResponse.newBuilder();
      Set<Integer> moved = new HashSet<>();
      for (String user : request.getUserIdsList()) {
        if (owns(user)) {
          response.addLocations(location(user));
        } else {
          moved.add(Slots.of(user));
        }
      }
      moved.forEach(slot -> response.addMoved(moved(slot)));
      responses.onNext(response.build());
      responses.onCompleted();
    }

    private UserLocation location(String user) {
      UserLocation.Builder location = UserLocation.newBuilder().setUserId(user).setComplete(!cold);
      places
          .getOrDefault(user, Set.of())
          .forEach(gateway ->
              location.addDevices(
                  DeviceLocation.newBuilder().setDeviceId("phone").setGatewayId(gateway)));
      return location.build();
    }

    private Refusal moved(int slot) {
      dev.carillon.runtime.errors.Refusal refusal = slots.moved(slot);
      return Refusal.newBuilder()
          .setReason(refusal.reason().name())
          .setMessage(refusal.text())
          .setRetryable(true)
          .putAllMetadata(refusal.metadata())
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
