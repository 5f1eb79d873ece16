package dev.carillon.check.fault;

import dev.carillon.cli.Installation;
import dev.carillon.runtime.failpoints.FailPoint;
import dev.carillon.runtime.service.Services;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Faults inside the processes that the services run in, which are asked for them.
final class InnerFaults {
  /// Small steps, as a clock that is set right makes, and large ones that outlast any lifetime.
  private static final List<Duration> SHIFTS =
      List.of(
          Duration.ofSeconds(2), Duration.ofMinutes(3), Duration.ofHours(1), Duration.ofDays(1));

  private static final List<String> HARMS = List.of("crash", "crash", "pause:4s", "fail");

  /// Those that ask what time it is.
  private static final Set<String> WITH_CLOCK = Set.of("connection", "message");

  private final List<FailPoint> points = Services.onClassPath().failPoints();
  private final Set<String> withFailPoints =
      points.stream().map(FailPoint::service).collect(Collectors.toUnmodifiableSet());
  private final FaultTargets targets;

  InnerFaults(FaultTargets targets) {
    this.targets = targets;
  }

  /// The wall clock of an instance jumps, forth or back, and later comes back.
  Optional<Breakage> shiftClock(Chance chance, Set<String> busy) throws IOException {
    Optional<Installation.Service> target = targets.announced(WITH_CLOCK, chance, busy);
    if (target.isEmpty()) {
      return Optional.empty();
    }
    Duration shift = chance.oneOf(SHIFTS);
    long millis = chance.chance(0.5) ? shift.toMillis() : -shift.toMillis();
    AdminPort admin = new AdminPort(target.get().admin());
    admin.shiftClock(millis);
    return Optional.of(
        new Breakage(
            FaultTargets.slot(target.get()),
            "clock by " + (millis > 0 ? "+" : "-") + shift.toSeconds() + " s",
            chance.millis(2_000, 6_000),
            ifAlive(target.get(), () -> admin.shiftClock(0))));
  }

  /// An instance does itself some harm at the next few passages of a step of its work.
  Optional<Breakage> failPoint(Chance chance, Set<String> busy) throws IOException {
    Optional<Installation.Service> target = targets.announced(withFailPoints, chance, busy);
    if (target.isEmpty()) {
      return Optional.empty();
    }
    List<FailPoint> ofTarget =
        points.stream().filter(point -> point.service().equals(target.get().service())).toList();
    FailPoint point = chance.oneOf(ofTarget);
    String harm = chance.oneOf(HARMS);
    String arming =
        point.title()
            + "="
            + (harm.equals("fail") && !point.canFail() ? "crash" : harm)
            + "@"
            + chance.between(1, 5);
    AdminPort admin = new AdminPort(target.get().admin());
    admin.arm(arming);
    return Optional.of(
        new Breakage(
            FaultTargets.slot(target.get()),
            arming,
            chance.millis(2_000, 4_000),
            ifAlive(target.get(), admin::disarm)));
  }

  /// Whoever died meanwhile, of this or of something else, has taken the fault along.
  private static Breakage.Healing ifAlive(Installation.Service target, Breakage.Healing healing) {
    return () -> {
      try {
        healing.heal();
      } catch (IOException e) {
        if (ProcessHandle.of(target.pid()).isPresent()) {
          throw e;
        }
      }
    };
  }
}
