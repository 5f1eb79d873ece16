package dev.carillon.message.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.runtime.telemetry.Metrics;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PendingScanTest {
  private static final long EPOCH = 5;
  private static final Duration INTERVAL = Duration.ofMinutes(1);

  private final FakeConversations conversations = new FakeConversations();
  private final Loops loops = new Loops();
  private final PendingScan scan =
      new PendingScan(
          conversations,
          INTERVAL,
          found -> {},
          loops.timing().nanos(),
          new FanOutMetrics(Metrics.none()));

  @Test
  void aSlotThatWasJustClaimedGoesBeforeThoseThatAreDueAgain() throws Exception {
    claim(1);
    claim(2);
    claim(3);
    loops.run(scan.loop());
    assertThat(conversations.scans()).containsExactly(1, 2, 3);

    loops.clock().advance(INTERVAL);
    scan.loop().turn();
    claim(4);
    scan.loop().turn();
    assertThat(conversations.scans()).hasSize(5).last().isEqualTo(4);

    loops.run(scan.loop());
    assertThat(conversations.scans().subList(3, 7)).containsExactlyInAnyOrder(1, 2, 3, 4);
  }

  private void claim(int slot) {
    scan.startFor(new SlotOwnership(slot, EPOCH, new FanOutMemory(1 << 20, 100)));
  }
}
