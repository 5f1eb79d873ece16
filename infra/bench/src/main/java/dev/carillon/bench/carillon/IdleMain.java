package dev.carillon.bench.carillon;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carillon.bench.load.RunTracker;
import dev.carillon.bench.load.SignIns;
import dev.carillon.bench.net.Loop;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/// A generator process that holds idle devices at one gateway.
///
/// It prints how many seconds it took until all were in; then, for each line that it is sent, the
/// connections that have ended since. It ends with its standard input.
public final class IdleMain {
  private IdleMain() {}

  /// What one process has to do.
  ///
  /// @param gateway where its devices connect
  /// @param first its first device's user
  /// @param devices how many it holds
  /// @param address which of the addresses 127.0.0.x its connections come from; 0: the first
  /// @param tokenKeys the file with the key that signs tokens
  record Part(InetSocketAddress gateway, int first, int devices, int address, Path tokenKeys) {
    /// As the arguments of [#main].
    List<String> arguments() {
      return List.of(
          gateway.getAddress().getHostAddress(),
          Integer.toString(gateway.getPort()),
          Integer.toString(first),
          Integer.toString(devices),
          Integer.toString(address),
          tokenKeys.toString());
    }

    /// Reads them back.
    static Part parse(String... arguments) {
      return new Part(
          new InetSocketAddress(
              InetAddress.ofLiteral(arguments[0]), Integer.parseInt(arguments[1])),
          Integer.parseInt(arguments[2]),
          Integer.parseInt(arguments[3]),
          Integer.parseInt(arguments[4]),
          Path.of(arguments[5]));
    }
  }

  /// Takes what [Part#arguments] gives.
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Part part = Part.parse(arguments);
    int devices = part.devices();
    SignIns signIns = new SignIns(devices, Fleet.SIGNING_IN_AT_ONCE);
    try (Loop loop = Loop.start(part.address());
        Fleet fleet =
            new Fleet(
                loop, new RunTracker.Terms(1, devices, true), new Fleet.Text(0), signIns, null)) {
      fleet.take(
          fleet.devices(part.tokenKeys(), part.first(), Target.group(devices)),
          (device, attempt) -> loop.connect(part.gateway(), device));
      System.out.println(fleet.signIn().seconds());
      BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, UTF_8));
      while (questions.readLine() != null) {
        System.out.println(fleet.losses());
      }
    }
  }
}
