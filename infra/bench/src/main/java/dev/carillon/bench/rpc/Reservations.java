package dev.carillon.bench.rpc;

import dev.carillon.bench.machine.CpuUse;
import dev.carillon.bench.machine.CpuWatch;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.local.supervisor.Wait;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// Reservations over a few full streams, against the sequence service or against the echo.
public final class Reservations {
  private Reservations() {}

  /// How many reservations are out at a time.
  ///
  /// @param streams how many streams
  /// @param window how many on each, each for a key of its own
  public record Shape(int streams, int window) {
    /// Enough to have always something to do.
    public static final Shape FULL = new Shape(4, 32);
  }

  /// What is counted.
  public enum Unit {
    /// Blocks, each by a reservation of its own.
    BLOCKS,
    /// The numbers in them, all of which are the caller's.
    NUMBERS
  }

  /// Keeps the streams full for some time.
  ///
  /// @param address `host:port`
  /// @param groups the processes whose CPU counts
  /// @param leadIn what is not measured at the beginning
  public static Saturation run(
      String address,
      Map<String, List<Long>> groups,
      Shape shape,
      Unit unit,
      Duration leadIn,
      Duration duration) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget("dns:///" + address).usePlaintext().directExecutor().build();
    try {
      ReservePump.Tally tally = new ReservePump.Tally();
      List<ReservePump> pumps = new ArrayList<>();
      for (int number = 0; number < shape.streams(); number++) {
        ReservePump pump = new ReservePump(number, shape.window(), 1, tally);
        pump.start(channel);
        pumps.add(pump);
      }
      Wait.pause(leadIn);
      LongAdder counted = unit == Unit.BLOCKS ? tally.grants() : tally.numbers();
      long before = counted.sum();
      CpuWatch watch = CpuWatch.begin(ProcFiles.ofThisMachine(), groups);
      Wait.pause(duration);
      CpuUse cpu = watch.end();
      long after = counted.sum();
      pumps.forEach(ReservePump::end);
      return new Saturation(after - before, tally.refusals().sum(), tally.repeats().sum(), cpu);
    } finally {
      channel.shutdownNow();
    }
  }
}
