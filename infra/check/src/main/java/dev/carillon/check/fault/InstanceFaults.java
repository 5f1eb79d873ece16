package dev.carillon.check.fault;

import dev.carillon.cli.Installation;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Faults of the processes that the services run in.
final class InstanceFaults {
  private static final Duration HANDOVER_LIMIT = Duration.ofSeconds(40);

  private final FaultTargets targets;

  InstanceFaults(FaultTargets targets) {
    this.targets = targets;
  }

  /// Ends an instance at once; the supervisor starts another one.
  Optional<Breakage> kill(Chance chance, Set<String> busy)
      throws IOException, InterruptedException {
    Optional<Installation.Service> target = targets.any(chance, busy);
    if (target.isEmpty() || !Signals.KILL.send(target.get().pid())) {
      return Optional.empty();
    }
    return Optional.of(
        Breakage.instant(FaultTargets.slot(target.get()), "SIGKILL to " + who(target.get())));
  }

  /// Freezes an instance until its lease has ended, and longer.
  Optional<Breakage> pause(Chance chance, Set<String> busy)
      throws IOException, InterruptedException {
    Optional<Installation.Service> target = targets.any(chance, busy);
    if (target.isEmpty() || !Signals.STOP.send(target.get().pid())) {
      return Optional.empty();
    }
    long pid = target.get().pid();
    return Optional.of(
        new Breakage(
            FaultTargets.slot(target.get()),
            "SIGSTOP to " + who(target.get()),
            chance.millis(4_000, 6_000),
            () -> Signals.CONT.send(pid)));
  }

  /// Asks an instance to end in good order, and is over when it has.
  Optional<Breakage> handOver(Chance chance, Set<String> busy)
      throws IOException, InterruptedException {
    Optional<Installation.Service> target = targets.any(chance, busy);
    if (target.isEmpty()) {
      return Optional.empty();
    }
    Optional<ProcessHandle> process = ProcessHandle.of(target.get().pid());
    if (process.isEmpty() || !Signals.TERM.send(target.get().pid())) {
      return Optional.empty();
    }
    return Optional.of(
        new Breakage(
            FaultTargets.slot(target.get()),
            "SIGTERM to " + who(target.get()),
            Duration.ZERO,
            () -> awaitEnd(process.get())));
  }

  private static void awaitEnd(ProcessHandle process) throws Exception {
    try {
      process.onExit().get(HANDOVER_LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "process " + process.pid() + ": still there " + HANDOVER_LIMIT + " after SIGTERM", e);
    }
  }

  private static String who(Installation.Service instance) {
    return instance.instance() + ", process " + instance.pid();
  }
}
