package dev.carillon.bench.carillon;

import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.load.OnlineDevices;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Idle devices held by further generator JVMs, one for each gateway.
final class IdleProcesses implements OnlineDevices {
  private static final int ADDRESSES_EACH = 8;

  private final List<IdleProcess> processes = new ArrayList<>();

  private IdleProcesses() {}

  /// Starts them and returns when every device is in.
  ///
  /// @throws IllegalStateException when not all are let in
  static MeasuredSystem.Idlers start(
      List<InetSocketAddress> gateways, Path tokenKeys, int devices) {
    IdleProcesses all = new IdleProcesses();
    try {
      for (int i = 0; i < gateways.size(); i++) {
        int first = (int) ((long) devices * i / gateways.size());
        int end = (int) ((long) devices * (i + 1) / gateways.size());
        int address = i * ADDRESSES_EACH;
        all.processes.add(
            IdleProcess.start(
                new IdleMain.Part(gateways.get(i), first, end - first, address, tokenKeys)));
      }
      double seconds = 0;
      for (IdleProcess process : all.processes) {
        seconds = Math.max(seconds, process.awaitSignIns());
      }
      return new MeasuredSystem.Idlers(all, devices / seconds);
    } catch (RuntimeException e) {
      all.close();
      throw e;
    }
  }

  @Override
  public String losses() {
    return processes.stream()
        .map(IdleProcess::losses)
        .filter(losses -> !losses.isEmpty())
        .collect(Collectors.joining("; "));
  }

  @Override
  public void close() {
    processes.forEach(IdleProcess::close);
  }
}
