package dev.carillon.check.fault;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Faults of the ways between the parties.
final class LinkFaults {
  private static final double WHOLE_LINK = 0.7;
  private static final double HALF = 0.5;
  private static final int KINDS = 7;

  private final TestInstallation installation;

  LinkFaults(TestInstallation installation) {
    this.installation = installation;
  }

  /// Spoils one link for a while, for all or for some of its connections.
  Optional<Breakage> cut(Chance chance, Set<String> busy) {
    List<ProxiedLink> links =
        installation.links().stream().filter(link -> !isBusy(link.name(), busy)).toList();
    if (links.isEmpty()) {
      return Optional.empty();
    }
    ProxiedLink link = chance.oneOf(links);
    double share = chance.chance(WHOLE_LINK) ? 1 : HALF;
    Spoiling spoiling = spoiling(chance);
    link.proxy().poison(spoiling.toxic(), share);
    return Optional.of(
        new Breakage(
            link.name(),
            spoiling.detail() + (share < 1 ? " for half of the connections" : ""),
            spoiling.length(),
            link.proxy()::heal));
  }

  /// The engine at the end of a link may be the one that is being done something to.
  private static boolean isBusy(String link, Set<String> busy) {
    return busy.contains(link) || busy.contains(link.substring(link.lastIndexOf(' ') + 1));
  }

  private record Spoiling(Toxic toxic, Duration length, String detail) {}

  private static Spoiling spoiling(Chance chance) {
    return switch (chance.between(1, KINDS)) {
      case 1 -> {
        Duration delay = chance.millis(20, 400);
        Duration jitter = chance.millis(0, 200);
        yield new Spoiling(
            new Toxic.Latency(delay, jitter),
            chance.millis(2_000, 6_000),
            "latency of %d to %d ms".formatted(delay.toMillis(), delay.plus(jitter).toMillis()));
      }
      case 2 -> new Spoiling(new Toxic.Reset(), chance.millis(0, 2_000), "reset");
      case 3 -> halfOpen(Toxic.Direction.TO_SERVER, chance);
      case 4 -> halfOpen(Toxic.Direction.TO_CLIENT, chance);
      case 5 -> new Spoiling(new Toxic.Truncate(), chance.millis(50, 1_500), "truncation");
      case 6 -> new Spoiling(new Toxic.Refuse(), chance.millis(1_000, 4_000), "refusal");
      default -> new Spoiling(new Toxic.Blackhole(), chance.millis(1_000, 7_000), "blackhole");
    };
  }

  private static Spoiling halfOpen(Toxic.Direction held, Chance chance) {
    return new Spoiling(
        new Toxic.HalfOpen(held),
        chance.millis(1_000, 7_000),
        "half-open, nothing passes " + held.name().toLowerCase(Locale.ROOT).replace('_', ' '));
  }
}
