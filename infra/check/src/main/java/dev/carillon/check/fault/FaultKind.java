package dev.carillon.check.fault;

import dev.carillon.check.fault.Scene.Breakage;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The ways in which an installation is broken: the table of all faults.
public enum FaultKind {
  /// An instance of a service ends by SIGKILL.
  KILL(InstanceFaults::kill),
  /// An instance of a service is stopped for longer than its lease, and goes on.
  PAUSE(InstanceFaults::pause),
  /// A link between two parties becomes slow, silent, or breaks.
  CUT(LinkFaults::cut),
  /// Redis forgets everything.
  REDIS_FLUSH(EngineFaults::flushRedis),
  /// Redis is out of reach for some seconds, and empty afterwards.
  REDIS_STOP(EngineFaults::stopRedis),
  /// The database ends, in good order or by SIGKILL, and starts again.
  DB_RESTART(scene -> EngineFaults.restart("mariadb", scene)),
  /// etcd ends, in good order or by SIGKILL, and starts again.
  ETCD_RESTART(scene -> EngineFaults.restart("etcd", scene)),
  /// An instance's wall clock jumps, by a day at most, and comes back; tokens of clients should
  /// live longer than that.
  CLOCK(InstanceFaults::shiftClock),
  /// Some clients read nothing for a while.
  SLOW_CLIENT(FaultKind::freeze),
  /// An instance of a service is asked to end, hands over, and is replaced.
  HANDOVER(InstanceFaults::handOver),
  /// An instance crashes, waits, or loses its database or peer at a named step of its work.
  FAIL_POINT(InstanceFaults::failPoint);

  @SuppressWarnings("ImmutableEnumChecker") // A function that keeps nothing.
  private final Fault fault;

  FaultKind(Fault fault) {
    this.fault = fault;
  }

  /// Does one thing of a kind.
  private interface Fault {
    @Nullable Breakage strike(Scene scene) throws Exception;
  }

  /// Does one thing of this kind.
  ///
  /// @return null when there is no target just now
  @Nullable Breakage strike(Scene scene) throws Exception {
    return fault.strike(scene);
  }

  private static Breakage freeze(Scene scene) {
    int count = scene.chance().between(1, 3);
    Duration length = scene.chance().millis(2_000, 8_000);
    scene.freezing().accept(count, length);
    return new Breakage("clients", count + " frozen", length, () -> {});
  }

  /// The name on the command line, such as `redis-flush`.
  public String option() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Writes what [#parse] reads.
  public static String names(Set<FaultKind> kinds) {
    if (kinds.size() == values().length) {
      return "all";
    }
    return kinds.isEmpty() ? "none" : list(kinds.stream().sorted());
  }

  private static String list(Stream<FaultKind> kinds) {
    return kinds.map(FaultKind::option).collect(Collectors.joining(","));
  }

  /// Reads `all`, `none`, or names separated by commas.
  ///
  /// @throws IllegalArgumentException for an unknown name
  public static Set<FaultKind> parse(String text) {
    return switch (text.strip()) {
      case "all" -> Set.of(values());
      case "none" -> Set.of();
      default ->
          Arrays.stream(text.split(",", -1))
              .map(name -> of(name.strip()))
              .collect(Collectors.toUnmodifiableSet());
    };
  }

  private static FaultKind of(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.option().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "faults: '%s' (expected: all alone, none alone, or some of %s)"
                    .formatted(name, list(Arrays.stream(values())))));
  }
}
