package dev.carillon.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.carillon.runtime.lifecycle.Closer;
import dev.carillon.runtime.lifecycle.Health;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class InstanceResolverTest {
  private final Closer closer = new Closer();
  private final MemoryRegistry store = MemoryRegistry.create();
  private final Instances instances =
      closer.add(Instances.join(store, Duration.ofMinutes(1), new Health()));
  private final Map<String, Instances> processes = new HashMap<>();
  private final ManagedChannel channel = channel("who");

  @AfterEach
  void close() {
    closer.close();
  }

  @Test
  void followsInstancesAsTheyComeAndGo() throws IOException {
    register("a");
    awaitReached(Set.of("a"));
    register("b");
    register("c");
    awaitReached(Set.of("a", "b", "c"));
    process("b").drain("b");
    awaitReached(Set.of("a", "c"));
    process("a").close();
    awaitReached(Set.of("c"));
  }

  @Test
  void keepsTheLastAddressesWhenAllInstancesVanish() throws IOException {
    register("a");
    awaitReached(Set.of("a"));
    process("a").close();
    await().until(() -> instances.of("who").current().isEmpty());
    assertThat(ask(channel)).isEqualTo("a");
  }

  @Test
  void keepsTheLastAddressesWhenTheRegistryIsAway() throws IOException {
    register("a");
    awaitReached(Set.of("a"));
    store.disconnect();
    assertThat(ask(channel)).isEqualTo("a");
    store.reconnect();
    register("b");
    awaitReached(Set.of("a", "b"));
  }

  @Test
  void saysThatAServiceHasNoInstance() {
    ManagedChannel nobody = channel("nobody");
    await().until(() -> instances.of("nobody").isLoaded());
    assertThatThrownBy(() -> ask(nobody))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE))
        .hasMessageContaining("no instance of nobody");
  }

  private void register(String id) throws IOException {
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(WhoServer.answering(question -> id))
            .build()
            .start();
    closer.add(server::shutdownNow);
    String address = "127.0.0.1:" + server.getPort();
    process(id).register(new Instance("who", id, address, address, false));
  }

  private Instances process(String id) {
    return processes.computeIfAbsent(
        id,
        any ->
            closer.add(
                Instances.join(store.peer(System::nanoTime), Duration.ofMinutes(1), new Health())));
  }

  private ManagedChannel channel(String service) {
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget(Instances.target(service))
            .usePlaintext()
            .defaultLoadBalancingPolicy("round_robin");
    ManagedChannel made = instances.resolving(builder).build();
    closer.add(made::shutdownNow);
    return made;
  }

  /// Waits until calls reach these instances, all of them, and no others.
  private void awaitReached(Set<String> expected) {
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> {
          Set<String> reached = new HashSet<>();
          for (int call = 0; call < 4 * expected.size(); call++) {
            reached.add(ask(channel));
          }
          assertThat(reached).isEqualTo(expected);
        });
  }

  private static String ask(ManagedChannel channel) {
    return WhoServer.ask(channel, "who", Deadline.after(30, TimeUnit.SECONDS));
  }
}
