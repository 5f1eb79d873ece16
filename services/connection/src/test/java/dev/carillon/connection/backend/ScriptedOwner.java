package dev.carillon.connection.backend;

import dev.carillon.runtime.discovery.RegistryConfig;
import dev.carillon.runtime.service.HostConfig;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.slots.SlotClaims;
import dev.carillon.runtime.slots.SlotListener;
import io.grpc.BindableService;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/// An instance of a service that is registered and claims slots like a real one, and answers as a
/// test says.
class ScriptedOwner implements AutoCloseable {
  private final ServiceHost host;

  /// @param rpc what it answers with, given the slots that it owns
  ScriptedOwner(
      String service, RegistryConfig registry, Function<SlotClaims, BindableService> rpc) {
    host = ServiceHost.open(HostConfig.local(service, registry));
    SlotClaims slots = new SlotClaims(host.instance());
    host.serve(host.server().streams(rpc.apply(slots)));
    host.claimSlots(slots, new NothingToDo());
    host.ready();
  }

  final boolean isReady() {
    return host.health().isReady();
  }

  @Override
  public final void close() {
    host.close();
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
