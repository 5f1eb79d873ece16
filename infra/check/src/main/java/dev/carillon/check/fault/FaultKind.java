package dev.carillon.check.fault;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// The ways in which an installation is broken.
public enum FaultKind {
  /// An instance of a service ends by SIGKILL.
  KILL,
  /// An instance of a service is stopped for longer than its lease, and goes on.
  PAUSE,
  /// A link between two parties becomes slow, silent, or breaks.
  CUT,
  /// Redis forgets everything.
  REDIS_FLUSH,
  /// Redis is out of reach for some seconds, and empty afterwards.
  REDIS_STOP,
  /// The database ends, in good order or by SIGKILL, and starts again.
  DB_RESTART,
  /// etcd ends, in good order or by SIGKILL, and starts again.
  ETCD_RESTART,
  /// An instance's wall clock jumps, by a day at most, and comes back; tokens of clients should
  /// live longer than that.
  CLOCK,
  /// Some clients read nothing for a while.
  SLOW_CLIENT,
  /// An instance of a service is asked to end, hands over, and is replaced.
  HANDOVER,
  /// An instance crashes, waits, or loses its database or peer at a named step of its work.
  FAIL_POINT;

  /// The name on the command line, such as `redis-flush`.
  public String option() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Reads `all`, `none`, or names separated by commas.
  ///
  /// @throws IllegalArgumentException for an unknown name
  public static Set<FaultKind> parse(String text) {
    Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
    String given = text.strip();
    if (given.equals("all")) {
      kinds.addAll(EnumSet.allOf(FaultKind.class));
    } else if (!given.equals("none")) {
      for (String name : given.split(",", -1)) {
        kinds.add(of(name.strip()));
      }
    }
    return Collections.unmodifiableSet(kinds);
  }

  private static FaultKind of(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.option().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "faults: '"
                    + name
                    + "' (expected: all, none, or some of "
                    + Arrays.stream(values())
                        .map(FaultKind::option)
                        .collect(Collectors.joining(","))
                    + ")"));
  }
}
