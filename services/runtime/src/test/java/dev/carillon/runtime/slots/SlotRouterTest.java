package dev.carillon.runtime.slots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.carillon.runtime.discovery.Instance;
import dev.carillon.runtime.discovery.Instances;
import dev.carillon.runtime.discovery.MemoryRegistry;
import dev.carillon.runtime.discovery.WhoServer;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.lifecycle.Closer;
import dev.carillon.runtime.lifecycle.Health;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SlotRouterTest {
  private static final int SLOT = 5;

  private final Closer closer = new Closer();
  private final MemoryRegistry store = MemoryRegistry.create();
  private final Instances instances =
      closer.add(Instances.join(store, Duration.ofMinutes(1), new Health()));
  private final SlotTable table = closer.add(SlotTable.follow(instances, "who"));
  private final AtomicLong nanos = new AtomicLong();
  private final List<ManagedChannel> connected = new CopyOnWriteArrayList<>();
  private final List<ManagedChannel> disconnected = new CopyOnWriteArrayList<>();
  private final InstanceChannels channels =
      new InstanceChannels(
          address -> {
            ManagedChannel channel =
                InProcessChannelBuilder.forName(address).directExecutor().build();
            connected.add(channel);
            return channel;
          },
          channel -> {
            channel.shutdownNow();
            disconnected.add(channel);
          },
          nanos::get);
  private final SlotRouter router = closer.add(new SlotRouter(table, channels));

  @AfterEach
  void close() {
    closer.close();
  }

  @Test
  void callsTheOwner() throws IOException {
    serve("a", question -> "a");
    claim("a");
    assertThat(ask(soon())).isEqualTo("a");
  }

  @Test
  void callsTheOwnerThatARefusalNames() throws IOException {
    serve("b", question -> "b");
    serve("a", question -> refuse(SlotMoved.refusal(SLOT, "b", Long.MAX_VALUE)));
    claim("a");
    assertThat(ask(soon())).isEqualTo("b");
    assertThat(router.retries()).isEqualTo(1);
  }

  @Test
  void waitsUntilSomebodyOwnsTheSlot() throws IOException {
    serve("a", question -> "a");
    CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> ask(soon()));
    await().until(() -> router.retries() > 0);
    assertThat(answer).isNotDone();
    claim("a");
    assertThat(answer.join()).isEqualTo("a");
  }

  @Test
  void callsTheNextOwnerWhenTheFormerDied() throws IOException {
    Server former = serve("a", question -> "a");
    serve("b", question -> "b");
    long epoch = claim("a");
    assertThat(ask(soon())).isEqualTo("a");
    former.shutdownNow();
    CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> ask(soon()));
    await().until(() -> router.retries() > 0);
    store.deleteAll(Map.of(SlotKeys.of("who").key(SLOT), epoch)).join();
    claim("b");
    assertThat(answer.join()).isEqualTo("b");
  }

  @Test
  void throwsOtherRefusalsOnAtOnce() throws IOException {
    List<String> asked = new CopyOnWriteArrayList<>();
    serve(
        "a",
        question -> {
          asked.add(question);
          return refuse(new Refusal(RuntimeReason.OVERLOADED, "busy"));
        });
    claim("a");
    assertThatThrownBy(() -> ask(soon()))
        .satisfies(e -> assertThat(Refusals.of(e).is(RuntimeReason.OVERLOADED)).isTrue());
    assertThat(asked).hasSize(1);
  }

  @Test
  void givesUpAtTheDeadline() throws IOException {
    serve("a", question -> refuse(SlotMoved.refusal(SLOT, "", 0)));
    claim("a");
    assertThatThrownBy(() -> ask(Deadline.after(100, TimeUnit.MILLISECONDS)))
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.is(SlotReason.SLOT_UNREACHABLE)).isTrue())
        .hasMessageContaining("no owner of slot 5 answered in time");
  }

  @Test
  void givesUpWhenItsThreadIsInterrupted() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> ask(soon()))
        .isInstanceOfSatisfying(
            Refusal.class, e -> assertThat(e.is(RuntimeReason.CANCELLED)).isTrue());
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void keepsAChannelThatIsConnected() throws IOException {
    serve("a", question -> "a");
    assertThat(WhoServer.ask(channels.to("a:1"), "who", soon())).isEqualTo("a");
    nanos.addAndGet(Duration.ofMinutes(11).toNanos());
    channels.to("b:1");
    assertThat(connected).hasSize(2);
    assertThat(disconnected).isEmpty();
  }

  @Test
  void keepsOneChannelForEachAddressAndClosesTheIdle() {
    assertThat(channels.to("a:1")).isSameAs(channels.to("a:1"));
    channels.to("b:1");
    assertThat(connected).hasSize(2);
    nanos.addAndGet(Duration.ofMinutes(6).toNanos());
    channels.to("a:1");
    nanos.addAndGet(Duration.ofMinutes(6).toNanos());
    channels.to("a:1");
    assertThat(connected).hasSize(2);
    assertThat(disconnected).hasSize(1);
    channels.close();
    assertThat(disconnected).hasSize(2);
    assertThatThrownBy(() -> channels.to("a:1")).hasMessage("the channels are closed");
  }

  @Test
  void routesAKeyToTheOwnerOfItsSlot() throws IOException {
    Set<String> asked = new HashSet<>();
    serve(
        "a",
        question -> {
          asked.add(question);
          return "a";
        });
    claim("a");
    byte[] key = keyOf(SLOT);
    String answer =
        router.call(
            Slots.of(key), soon(), (channel, deadline) -> WhoServer.ask(channel, "key", deadline));
    assertThat(answer).isEqualTo("a");
    assertThat(asked).containsExactly("key");
  }

  private String ask(Deadline deadline) {
    return router.call(
        SLOT, deadline, (channel, attempt) -> WhoServer.ask(channel, "who", attempt));
  }

  private Server serve(String id, UnaryOperator<String> answer) throws IOException {
    Server server =
        InProcessServerBuilder.forName(id + ":1")
            .directExecutor()
            .addService(WhoServer.answering(answer))
            .build()
            .start();
    closer.add(server::shutdownNow);
    instances.register(new Instance("who", id, id + ":1", id + ":2", false));
    await().until(() -> instances.of("who").byId(id).isPresent());
    return server;
  }

  private long claim(String owner) {
    await().until(() -> instances.membership().lease().isPresent());
    Map<String, Long> created =
        instances
            .membership()
            .lease()
            .orElseThrow()
            .createAll(Map.of(SlotKeys.of("who").key(SLOT), owner))
            .join();
    return created.values().iterator().next();
  }

  private static byte[] keyOf(int slot) {
    for (int i = 0; ; i++) {
      byte[] key = {(byte) i, (byte) (i >> 8)};
      if (Slots.of(key) == slot) {
        return key;
      }
    }
  }

  private static String refuse(Refusal refusal) {
    throw Refusals.toStatusException(refusal);
  }

  private static Deadline soon() {
    return Deadline.after(60, TimeUnit.SECONDS);
  }
}
