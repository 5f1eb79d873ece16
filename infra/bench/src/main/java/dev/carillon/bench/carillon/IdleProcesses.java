package dev.carillon.bench.carillon;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carillon.bench.carillon.CarillonDevice.Target;
import dev.carillon.bench.load.MeasuredSystem.OnlineDevices;
import dev.carillon.bench.machine.Jvm;
import dev.carillon.installation.LocalTokens;
import dev.carillon.wire.Loop;
import dev.carillon.wire.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Idle devices held by further generator JVMs, one for each gateway, which end with this process.
///
/// Such a JVM prints how many seconds it took until all were in; then, for each line that it is
/// sent, the connections that have ended since.
///
/// @param signInsPerSecond of all of them
public record IdleProcesses(List<Jvm> generators, double signInsPerSecond)
    implements OnlineDevices {
  private static final int ADDRESSES_EACH = 8;
  private static final List<String> HEAP = List.of("-Xms64m", "-Xmx384m");

  /// Starts them and returns when every device is in.
  ///
  /// @param tokenKeys the file with the key that signs tokens
  /// @throws IllegalStateException when not all are let in
  static IdleProcesses start(List<InetSocketAddress> gateways, String tokenKeys, int devices) {
    List<Jvm> all = new ArrayList<>();
    try {
      for (int i = 0; i < gateways.size(); i++) {
        int first = (int) ((long) devices * i / gateways.size());
        int end = (int) ((long) devices * (i + 1) / gateways.size());
        InetSocketAddress gateway = gateways.get(i);
        all.add(
            Jvm.start(
                HEAP,
                IdleProcesses.class,
                gateway.getHostString() + ":" + gateway.getPort(),
                Integer.toString(first),
                Integer.toString(end - first),
                Integer.toString(i * ADDRESSES_EACH),
                tokenKeys));
      }
      double seconds = 0;
      for (Jvm generator : all) {
        seconds = Math.max(seconds, Double.parseDouble(generator.answer()));
      }
      return new IdleProcesses(all, devices / seconds);
    } catch (RuntimeException e) {
      all.forEach(Jvm::close);
      throw e;
    }
  }

  /// Holds the devices of one generator: `host:port` of its gateway, its first device's user, how
  /// many devices, which of the addresses 127.0.0.x comes first, and the file with the token key.
  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<InetSocketAddress> gateway = List.of(Transport.address(arguments[0]));
    int devices = Integer.parseInt(arguments[2]);
    LocalTokens tokens = new LocalTokens(Path.of(arguments[4]), InstantSource.system());
    List<Target> targets = Target.group(Integer.parseInt(arguments[1]), devices);
    try (Loop loop = Loop.start(Integer.parseInt(arguments[3]));
        Fleet fleet =
            new Fleet(
                new FleetContext(loop, gateway, devices, 0, Reconnects.never()), tokens, targets)) {
      System.out.println(fleet.signIn().signIns().seconds());
      BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      while (questions.readLine() != null) {
        System.out.println(fleet.losses());
      }
    }
  }

  @Override
  public String losses() {
    return generators.stream()
        .map(Jvm::ask)
        .filter(losses -> !losses.isEmpty())
        .collect(Collectors.joining("; "));
  }

  @Override
  public void close() {
    generators.forEach(Jvm::close);
  }
}
