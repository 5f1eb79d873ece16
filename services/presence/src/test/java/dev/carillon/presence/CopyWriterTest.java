package dev.carillon.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.presence.DirectoryCopy.CopyChange;
import dev.carillon.presence.DirectoryCopy.SlotContents;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.telemetry.Telemetry;
import dev.carillon.testing.FakeClock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The writer of the copy, whose thread is the test.
final class CopyWriterTest {
  private static final long EPOCH = 9;

  private final FakeClock clock = new FakeClock();
  private final FakeDirectoryCopy copy = new FakeDirectoryCopy();
  private final Map<Integer, SlotContents> known = new HashMap<>();
  private final CopyWriter writer =
      new CopyWriter(
          copy,
          slot -> Optional.ofNullable(known.get(slot)),
          BatchInterval.NONE,
          clock.ticker(),
          new PresenceMetrics(Telemetry.none().metrics()));

  @BeforeEach
  void own() {
    for (int slot = 1; slot <= 3; slot++) {
      known.put(slot, new SlotContents(EPOCH, List.of(), true));
    }
  }

  @AfterEach
  void close() {
    writer.close();
  }

  @Test
  void leavesTheCopyOfASlotAloneThatIsNotOwnedAnyMore() throws Exception {
    writer.refresh(1);
    writer.refresh(2);
    writer.refresh(3);
    known.remove(1);
    writer.leave(3);
    writer.refresh(4);

    turns();

    assertThat(copy.replaced()).containsExactly(2);
  }

  @Test
  void writesChangesToTheCopy() throws Exception {
    writer.refresh(1);
    turns();

    writer.changed(connected(1, "phone"));
    writer.changed(connected(1, "laptop"));
    writer.changed(new CopyChange(1, EPOCH, session("phone"), false));
    turns();

    assertThat(copy.take(1, EPOCH + 1)).contains(List.of(session("laptop")));
    assertThat(writer.turn()).isFalse();
  }

  @Test
  void writesEverySlotAnewOnceTheCopyIsBack() throws Exception {
    copy.setAway(true);
    writer.changed(connected(1, "phone"));
    turns();
    writer.changed(connected(1, "laptop"));
    copy.setAway(false);
    assertThat(writer.turn()).isFalse();

    clock.advance(Duration.ofSeconds(1));
    turns();

    assertThat(copy.replaced()).containsExactly(1, 2, 3);
  }

  @Test
  void writesASlotAnewWhoseChangesAreTooMany() throws Exception {
    for (int i = 0; i <= 50_000; i++) {
      writer.changed(connected(2, "device" + i));
    }

    turns();

    assertThat(copy.replaced()).containsExactly(2);
  }

  private void turns() throws InterruptedException {
    while (writer.turn()) {
      // Until nothing is due.
    }
  }

  private static CopyChange connected(int slot, String device) {
    return new CopyChange(slot, EPOCH, session(device), true);
  }

  private static DeviceSession session(String device) {
    return new DeviceSession("ann", device, "gw-1", 3, -1, 1_000);
  }
}
