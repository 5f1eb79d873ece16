package dev.carillon.check.fault;

import dev.carillon.cli.Installation;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Chooses the instance that a fault is to hit.
///
/// An instance without another fault, and mostly one whose service has another instance that works:
/// a run in which nothing ever works proves nothing.
final class FaultTargets {
  private static final double SPARE_THE_LAST = 0.8;

  private final TestInstallation installation;

  FaultTargets(TestInstallation installation) {
    this.installation = installation;
  }

  /// Any instance that has a process.
  Optional<Installation.Service> any(Chance chance, Set<String> busy) {
    return choose(chance, busy, one -> one.pid() > 0);
  }

  /// An instance of one of these services that is announced, so that its admin port is known.
  Optional<Installation.Service> announced(Set<String> services, Chance chance, Set<String> busy) {
    return choose(chance, busy, one -> !one.admin().isEmpty() && services.contains(one.service()));
  }

  private Optional<Installation.Service> choose(
      Chance chance, Set<String> busy, Predicate<Installation.Service> suitable) {
    List<Installation.Service> all = installation.instances();
    boolean spare = chance.chance(SPARE_THE_LAST);
    List<Installation.Service> candidates =
        all.stream()
            .filter(suitable)
            .filter(one -> !busy.contains(slot(one)))
            .filter(one -> !spare || hasHelp(one, all, busy))
            .toList();
    return candidates.isEmpty() ? Optional.empty() : Optional.of(chance.oneOf(candidates));
  }

  private static boolean hasHelp(
      Installation.Service one, List<Installation.Service> all, Set<String> busy) {
    return all.stream()
        .filter(other -> other.service().equals(one.service()))
        .filter(other -> !other.instance().equals(one.instance()))
        .anyMatch(other -> !other.admin().isEmpty() && !busy.contains(slot(other)));
  }

  /// `message-2` of the instance `message-2-1a2b3c4d`.
  static String slot(Installation.Service instance) {
    String id = instance.instance();
    return id.substring(0, Math.max(0, id.lastIndexOf('-')));
  }
}
