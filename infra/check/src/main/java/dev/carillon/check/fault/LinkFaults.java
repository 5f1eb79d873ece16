package dev.carillon.check.fault;

import dev.carillon.check.fault.Scene.Breakage;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Faults of the ways between the parties.
final class LinkFaults {
  private static final double WHOLE_LINK = 0.7;
  private static final double HALF = 0.5;
  private static final List<Spoiling> SPOILINGS =
      List.of(
          new Spoiling(
              chance -> Toxic.latency(chance.millis(20, 400), chance.millis(0, 200)), 2_000, 6_000),
          new Spoiling(_ -> Toxic.RESET, 0, 2_000),
          new Spoiling(_ -> Toxic.halfOpen(Toxic.Direction.TO_SERVER), 1_000, 7_000),
          new Spoiling(_ -> Toxic.halfOpen(Toxic.Direction.TO_CLIENT), 1_000, 7_000),
          new Spoiling(_ -> Toxic.TRUNCATE, 50, 1_500),
          new Spoiling(_ -> Toxic.REFUSE, 1_000, 4_000),
          new Spoiling(_ -> Toxic.BLACKHOLE, 1_000, 7_000));

  private LinkFaults() {}

  /// One way to spoil a link, and for how many milliseconds, from `least` to `most`.
  private record Spoiling(Function<Chance, Toxic> toxic, int least, int most) {}

  /// Spoils one link for a while, for all or for some of its connections.
  static @Nullable Breakage cut(Scene scene) {
    List<TcpProxy> links =
        scene.installation().links().stream().filter(link -> !isBusy(link, scene)).toList();
    if (links.isEmpty()) {
      return null;
    }
    Chance chance = scene.chance();
    TcpProxy link = chance.oneOf(links);
    double share = chance.chance(WHOLE_LINK) ? 1 : HALF;
    Spoiling spoiling = chance.oneOf(SPOILINGS);
    Toxic toxic = spoiling.toxic().apply(chance);
    link.poison(toxic, share);
    return new Breakage(
        link.name(),
        toxic.what() + (share < 1 ? " for half of the connections" : ""),
        chance.millis(spoiling.least(), spoiling.most()),
        link::heal);
  }

  /// The engine at the end of a link may be the one that is being done something to.
  private static boolean isBusy(TcpProxy link, Scene scene) {
    String end = link.name().substring(link.name().lastIndexOf(' ') + 1);
    return scene.busy().contains(link.name()) || scene.busy().contains(end);
  }
}
