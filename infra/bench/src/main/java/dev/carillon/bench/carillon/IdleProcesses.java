package dev.carillon.bench.carillon;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.load.MeasuredSystem.OnlineDevices;
import dev.carillon.wire.Loop;
import dev.carillon.wire.Transport;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;

/// Idle devices held by further generator JVMs, one for each gateway, which end with this process.
///
/// Such a JVM prints how many seconds it took until all were in; then, for each line that it is
/// sent, the connections that have ended since. It ends with its standard input.
public final class IdleProcesses implements OnlineDevices {
  private static final int ADDRESSES_EACH = 8;
  private static final List<String> OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms64m",
          "-Xmx384m",
          "-XX:+UseCompactObjectHeaders",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private final List<Generator> generators = new ArrayList<>();

  private record Generator(Process process, PrintStream questions, Iterator<String> answers) {
    String answer() {
      if (!answers.hasNext()) {
        throw new IllegalStateException("a generator ended, see above");
      }
      return answers.next();
    }

    /// Connections that ended by themselves; empty: none.
    String losses() {
      questions.println();
      return answer();
    }
  }

  private IdleProcesses() {}

  /// Starts them and returns when every device is in.
  ///
  /// @param tokenKeys the file with the key that signs tokens
  /// @throws IllegalStateException when not all are let in
  static MeasuredSystem.Idlers start(
      List<InetSocketAddress> gateways, Path tokenKeys, int devices) {
    IdleProcesses all = new IdleProcesses();
    try {
      for (int i = 0; i < gateways.size(); i++) {
        int first = (int) ((long) devices * i / gateways.size());
        int end = (int) ((long) devices * (i + 1) / gateways.size());
        InetSocketAddress gateway = gateways.get(i);
        all.generators.add(
            generator(
                gateway.getHostString() + ":" + gateway.getPort(),
                Integer.toString(first),
                Integer.toString(end - first),
                Integer.toString(i * ADDRESSES_EACH),
                tokenKeys.toString()));
      }
      double seconds = 0;
      for (Generator generator : all.generators) {
        seconds = Math.max(seconds, Double.parseDouble(generator.answer()));
      }
      return new MeasuredSystem.Idlers(all, devices / seconds);
    } catch (RuntimeException e) {
      all.close();
      throw e;
    }
  }

  private static Generator generator(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(OPTIONS);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), IdleProcesses.class.getName()));
    command.addAll(List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      return new Generator(
          process,
          new PrintStream(process.getOutputStream(), true, UTF_8),
          process.inputReader(UTF_8).lines().iterator());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a further generator", e);
    }
  }

  /// Holds the devices of one generator: `host:port` of its gateway, its first device's user, how
  /// many devices, which of the addresses 127.0.0.x comes first, and the file with the token key.
  public static void main(String[] arguments) throws IOException, InterruptedException {
    InetSocketAddress gateway = Transport.address(arguments[0]);
    int devices = Integer.parseInt(arguments[2]);
    try (Loop loop = Loop.start(Integer.parseInt(arguments[3]));
        Fleet fleet =
            new Fleet(
                new FleetContext(loop, List.of(gateway), devices, 0, Reconnects.never()),
                Path.of(arguments[4]),
                Target.group(Integer.parseInt(arguments[1]), devices))) {
      System.out.println(fleet.signIn().seconds());
      BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      while (questions.readLine() != null) {
        System.out.println(fleet.losses());
      }
    }
  }

  @Override
  public String losses() {
    return generators.stream()
        .map(Generator::losses)
        .filter(losses -> !losses.isEmpty())
        .collect(Collectors.joining("; "));
  }

  @Override
  public void close() {
    generators.forEach(generator -> generator.process().destroy());
  }
}
