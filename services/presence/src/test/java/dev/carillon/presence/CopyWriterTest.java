package dev.carillon.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.runtime.telemetry.Telemetry;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class CopyWriterTest {
  private final Recorder copy = new Recorder();

  @Test
  void leavesTheCopyOfASlotAloneThatIsNotOwnedAnyMore() throws InterruptedException {
    SlotContents known = new SlotContents(9, List.of(), true);
    try (CopyWriter writer =
        new CopyWriter(
            copy,
            slot -> slot == 2 ? Optional.of(known) : Optional.empty(),
            new PresenceMetrics(Telemetry.none().metrics()))) {
      writer.claimed(1);
      writer.claimed(2);
      writer.refresh(1);
      writer.refresh(2);
      writer.start();

      // Slots are written in their order, so slot 1 would have come first.
      assertThat(copy.replaced.poll(60, TimeUnit.SECONDS)).isEqualTo(2);
    }
  }

  /// A copy that notes which slots are replaced.
  private static final class Recorder implements DirectoryCopy {
    private final BlockingQueue<Integer> replaced = new LinkedBlockingQueue<>();

    @Override
    public Optional<List<DeviceSession>> take(int slot, long epoch) {
      return Optional.empty();
    }

    @Override
    public void apply(List<CopyChange> changes) {}

    @Override
    public void replace(int slot, SlotContents contents) {
      replaced.add(slot);
    }
  }
}
