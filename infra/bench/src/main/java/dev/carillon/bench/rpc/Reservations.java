package dev.carillon.bench.rpc;

import dev.carillon.bench.machine.CpuUse;
import dev.carillon.bench.machine.CpuWatch;
import dev.carillon.bench.machine.ProcFiles;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// Reservations over a few full streams, against the sequence service or against the echo.
public final class Reservations {
  private static final int STREAMS = 4;
  private static final int WINDOW = 32;

  private Reservations() {}

  /// Keeps the streams full for some time.
  ///
  /// @param address `host:port`
  /// @param groups the processes whose CPU counts
  /// @param count how many numbers each reservation asks for
  /// @param leadIn what is not measured at the beginning
  public static Saturation run(
      String address,
      Map<String, List<Long>> groups,
      int count,
      Duration leadIn,
      Duration duration) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget("dns:///" + address).usePlaintext().directExecutor().build();
    try {
      ReservePump.Tally tally = new ReservePump.Tally();
      List<ReservePump> pumps = new ArrayList<>();
      for (int number = 0; number < STREAMS; number++) {
        ReservePump pump = new ReservePump(number, WINDOW, count, tally);
        pump.start(channel);
        pumps.add(pump);
      }
      LockSupport.parkNanos(leadIn.toNanos());
      long before = tally.grants().sum();
      CpuWatch watch = CpuWatch.begin(ProcFiles.ofThisMachine(), groups);
      LockSupport.parkNanos(duration.toNanos());
      CpuUse cpu = watch.end();
      long after = tally.grants().sum();
      pumps.forEach(ReservePump::end);
      return new Saturation(after - before, tally.refusals().sum(), tally.repeats().sum(), cpu);
    } finally {
      channel.shutdownNow();
    }
  }
}
