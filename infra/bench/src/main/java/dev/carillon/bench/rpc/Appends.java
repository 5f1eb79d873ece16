package dev.carillon.bench.rpc;

import dev.carillon.bench.machine.CpuUse;
import dev.carillon.bench.machine.CpuWatch;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.local.supervisor.Wait;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Appends over one full stream, against the message service.
public final class Appends {
  private static final int CONVERSATIONS = 1_000;

  private Appends() {}

  /// Keeps the stream full for some time.
  ///
  /// @param address `host:port`
  /// @param groups the processes whose CPU counts
  /// @param leadIn what is not measured at the beginning
  public static Saturation run(
      String address,
      Map<String, List<Long>> groups,
      String text,
      Duration leadIn,
      Duration duration) {
    ManagedChannel channel =
        NettyChannelBuilder.forTarget("dns:///" + address).usePlaintext().directExecutor().build();
    try {
      AppendPump pump = new AppendPump(new AppendItems(System.nanoTime(), CONVERSATIONS, text));
      pump.start(channel);
      Wait.pause(leadIn);
      long before = pump.stored();
      CpuWatch watch = CpuWatch.begin(ProcFiles.ofThisMachine(), groups);
      Wait.pause(duration);
      CpuUse cpu = watch.end();
      long after = pump.stored();
      pump.end();
      return new Saturation(after - before, pump.refused(), pump.violations(), cpu);
    } finally {
      channel.shutdownNow();
    }
  }
}
