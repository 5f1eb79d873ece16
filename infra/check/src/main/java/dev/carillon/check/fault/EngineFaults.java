package dev.carillon.check.fault;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.carillon.engines.Engine;
import dev.carillon.local.supervisor.Wait;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Faults of the stores that the services stand on.
final class EngineFaults {
  private static final Duration RESTART_LIMIT = Duration.ofSeconds(90);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
  private static final String REDIS = "redis";

  private final TestInstallation installation;

  EngineFaults(TestInstallation installation) {
    this.installation = installation;
  }

  /// Everything that Redis holds is gone.
  Optional<Breakage> flushRedis(Set<String> busy) throws IOException {
    if (busy.contains(REDIS)) {
      return Optional.empty();
    }
    try (Socket socket = new Socket()) {
      socket.connect(installation.engine(REDIS).address());
      String commands = "AUTH " + installation.redisPassword() + "\r\nFLUSHALL\r\n";
      socket.getOutputStream().write(commands.getBytes(US_ASCII));
      BufferedReader answers =
          new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
      for (String command : List.of("AUTH", "FLUSHALL")) {
        String answer = answers.readLine();
        if (!"+OK".equals(answer)) {
          throw new IOException(command + ": " + answer + " (expected: +OK)");
        }
      }
    }
    return Optional.of(Breakage.instant(REDIS, "FLUSHALL"));
  }

  /// Redis is killed; for some seconds the empty one that takes its place is out of reach.
  Optional<Breakage> stopRedis(Chance chance, Set<String> busy)
      throws IOException, InterruptedException {
    List<ProxiedLink> links =
        installation.links().stream().filter(link -> link.name().endsWith(" > redis")).toList();
    if (busy.contains(REDIS) || links.stream().anyMatch(link -> busy.contains(link.name()))) {
      return Optional.empty();
    }
    Engine redis = installation.engine(REDIS);
    long before = redis.pid();
    links.forEach(link -> link.proxy().poison(new Toxic.Reset(), 1));
    Signals.KILL.send(before);
    return Optional.of(
        new Breakage(
            REDIS,
            "SIGKILL, unreachable",
            chance.millis(1_500, 5_000),
            () -> {
              awaitAnother(redis, before);
              links.forEach(link -> link.proxy().heal());
            }));
  }

  /// An engine ends, one way or the other, and is over when the supervisor has started it again.
  Optional<Breakage> restart(String name, Chance chance, Set<String> busy)
      throws IOException, InterruptedException {
    Engine engine = installation.engine(name);
    long before = engine.pid();
    Signals signal = chance.chance(0.5) ? Signals.KILL : Signals.TERM;
    if (busy.contains(name) || !signal.send(before)) {
      return Optional.empty();
    }
    return Optional.of(
        new Breakage(name, "SIG" + signal, Duration.ZERO, () -> awaitAnother(engine, before)));
  }

  /// The engine's process is another one once it serves.
  private static void awaitAnother(Engine engine, long before) {
    boolean another =
        Wait.until(() -> engine.pid() != before && engine.isAlive(), POLL_INTERVAL, RESTART_LIMIT);
    if (!another) {
      throw new IllegalStateException(
          engine.name() + ": not started again within " + RESTART_LIMIT);
    }
  }
}
