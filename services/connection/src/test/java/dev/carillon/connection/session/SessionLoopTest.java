package dev.carillon.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.connection.backend.ConnectedDevice;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.type.v1.Message;
import dev.carillon.type.v1.Refusal;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SessionLoopTest {
  private static final EncodedMessage MESSAGE =
      EncodedMessage.of(Message.newBuilder().setSeq(1).build().toByteString(), "");

  private final DefaultEventLoop eventLoop = new DefaultEventLoop();
  private final SessionLoop loop =
      new SessionLoop(eventLoop, System::nanoTime, 1_000_000, BatchInterval.NONE);

  @AfterEach
  void stop() {
    eventLoop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
  }

  @Test
  void aRecipientThatFailsIsEndedAndHoldsUpNobody() {
    Target failing = new Target(1, true, false);
    Target neighbour = new Target(2, false, false);

    hand(failing, neighbour, failing, neighbour).join();
    hand(neighbour).join();

    assertThat(neighbour.delivered).isEqualTo(3);
    assertThat(neighbour.reasons).isEmpty();
    assertThat(failing.reasons).contains("UNEXPECTED");
  }

  @Test
  void aRecipientThatCannotEvenBeEndedHoldsUpNobody() {
    Target hopeless = new Target(1, true, true);
    Target neighbour = new Target(2, false, false);

    hand(hopeless, neighbour).join();

    assertThat(neighbour.delivered).isEqualTo(1);
  }

  @Test
  void aBatchThatFailsAtItsEndHoldsUpNoLaterOne() {
    Target target = new Target(1, false, false);
    Deliveries.LoopBatch failing =
        new Deliveries.LoopBatch(() -> {
          throw new IllegalStateException("as told");
        });
    failing.add(MESSAGE, target);
    loop.queue(failing::step);

    hand(target).join();

    assertThat(target.delivered).isEqualTo(2);
  }

  @Test
  void flushesSoonAfterOthersWaitForThePauseOfABusyMachine() {
    Duration pause = Duration.ofHours(1);
    AtomicLong nanos = new AtomicLong();
    AtomicInteger flushed = new AtomicInteger();
    EmbeddedChannel channel = new EmbeddedChannel();
    BatchInterval busy = new BatchInterval(() -> 1, pause, pause);
    SessionLoop paused = new SessionLoop(channel.eventLoop(), nanos::get, 1_000_000, busy);
    paused.flushLater(flushed::incrementAndGet);
    paused.flushLater(flushed::incrementAndGet);
    assertThat(flushed).hasValue(0);
    channel.runPendingTasks();
    assertThat(flushed).hasValue(2);

    paused.flushLater(flushed::incrementAndGet);
    channel.runPendingTasks();
    assertThat(flushed).hasValue(2);

    channel.freezeTime();
    channel.advanceTimeBy(pause.toNanos(), TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
    assertThat(flushed).hasValue(3);
  }

  @Test
  void aFlushThatFailsHoldsUpNoOther() {
    AtomicInteger flushed = new AtomicInteger();
    EmbeddedChannel channel = new EmbeddedChannel();
    SessionLoop other =
        new SessionLoop(channel.eventLoop(), () -> 0, 1_000_000, BatchInterval.NONE);
    other.flushLater(() -> {
      throw new AssertionError("failed by the test");
    });
    other.flushLater(flushed::incrementAndGet);
    channel.runPendingTasks();
    assertThat(flushed).hasValue(1);

    other.flushLater(flushed::incrementAndGet);
    channel.runPendingTasks();
    assertThat(flushed).hasValue(2);
  }

  private CompletableFuture<Void> hand(Target... targets) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    Deliveries.LoopBatch batch = new Deliveries.LoopBatch(() -> done.complete(null));
    for (Target target : targets) {
      batch.add(MESSAGE, target);
    }
    loop.queue(batch::step);
    return done.orTimeout(60, TimeUnit.SECONDS);
  }

  /// A recipient that fails on demand. Its fields are written on the loop and read after a batch's
  /// end.
  private final class Target implements Recipient {
    private final long id;
    private final boolean failing;
    private final boolean hopeless;
    private final List<String> reasons = new ArrayList<>();
    private int delivered;

    Target(long id, boolean failing, boolean hopeless) {
      this.id = id;
      this.failing = failing;
      this.hopeless = hopeless;
    }

    @Override
    public void deliver(EncodedMessage message) {
      if (failing) {
        throw new IllegalStateException("as told");
      }
      delivered++;
    }

    @Override
    public void end(Refusal reason) {
      if (hopeless) {
        throw new IllegalStateException("as told");
      }
      reasons.add(reason.getReason());
    }

    @Override
    public SessionLoop loop() {
      return loop;
    }

    @Override
    public void goAway(Recipient.DrainNotice notice) {}

    @Override
    public ConnectedDevice device() {
      return new ConnectedDevice("ann", "phone", id, 0, 0);
    }
  }
}
