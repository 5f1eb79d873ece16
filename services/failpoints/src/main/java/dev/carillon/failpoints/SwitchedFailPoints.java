package dev.carillon.failpoints;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.failpoints.FailPoint;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.lifecycle.Retry;
import dev.carillon.runtime.mysql.MySqlException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The fail-points of one instance, switched on and off while it runs. Thread-safe.
final class SwitchedFailPoints implements FailPoints {
  /// What `kill -9` leaves behind.
  private static final int EXIT_CODE = 137;

  private static final Logger LOG = LoggerFactory.getLogger(SwitchedFailPoints.class);

  private final List<FailPoint> points;
  private final Crash crash;
  private final Map<FailPoint, Place> places = new LinkedHashMap<>();

  /// Ends the process; it may return in tests only.
  @FunctionalInterface
  interface Crash {
    void now(FailPoint point);
  }

  /// An arming and how often its place was passed since.
  private record Armed(Arming arming, AtomicLong passed) {}

  /// One place: how often it was passed, and what is switched on there.
  private static final class Place {
    private final AtomicInteger passed = new AtomicInteger();
    private volatile @Nullable Armed armed;

    String arming() {
      Armed now = armed;
      return now == null ? "" : now.arming().toString();
    }
  }

  /// The state of one place.
  ///
  /// @param point the place
  /// @param arming what is switched on, as it was written; empty when nothing is
  /// @param passed how often the place was passed since the process began
  record Standing(FailPoint point, String arming, int passed) {}

  /// None is switched on. A crash ends this JVM without any last word.
  SwitchedFailPoints(List<FailPoint> points) {
    this(points, point -> Runtime.getRuntime().halt(EXIT_CODE));
  }

  SwitchedFailPoints(List<FailPoint> points, Crash crash) {
    this.points = List.copyOf(points);
    this.crash = crash;
    points.forEach(point -> places.put(point, new Place()));
  }

  /// Switches places on, each written as `name=crash`, `name=fail` or `name=pause:DURATION`, with
  /// `@n` for the n-th time from now or `@m/n` for a chance; each takes the place of what was
  /// switched on there before.
  ///
  /// @throws IllegalArgumentException when one of them is not written so; none is switched on then
  void arm(List<String> texts) {
    List<Arming> armings = texts.stream().map(text -> Arming.parse(text, points)).toList();
    for (Arming arming : armings) {
      LOG.atWarn().addKeyValue("fail_point", arming).log("FAIL-POINT SWITCHED ON");
      place(arming.point()).armed = new Armed(arming, new AtomicLong());
    }
  }

  /// Switches all places off.
  void disarm() {
    places.values().forEach(place -> place.armed = null);
  }

  /// How many places are switched on.
  int armed() {
    return (int) standings().stream().filter(standing -> !standing.arming().isEmpty()).count();
  }

  /// How every place stands.
  List<Standing> standings() {
    List<Standing> standings = new ArrayList<>();
    places.forEach(
        (point, place) -> standings.add(new Standing(point, place.arming(), place.passed.get())));
    return standings;
  }

  @Override
  public void at(FailPoint point) {
    Place place = place(point);
    place.passed.incrementAndGet();
    Armed on = place.armed;
    if (on != null && on.arming().trigger().test(on.passed().incrementAndGet())) {
      LOG.atWarn().addKeyValue("fail_point", on.arming()).log("fail-point reached");
      act(on.arming());
    }
  }

  private Place place(FailPoint point) {
    return Objects.requireNonNull(places.get(point), () -> point.title() + ": not described");
  }

  private void act(Arming arming) throws Refusal {
    switch (arming.action()) {
      case Arming.Action.Crash _ -> crash.now(arming.point());
      case Arming.Action.Pause pause -> pause(pause.duration());
      case Arming.Action.Fail _ -> throw failure(arming.point());
    }
  }

  private static Refusal failure(FailPoint point) {
    String text = "fail-point " + point.title();
    return switch (point.failure()) {
      case DATABASE -> MySqlException.lost(text);
      case PEER -> new Refusal(RuntimeReason.PEER_UNAVAILABLE, text);
      case NONE -> throw new IllegalStateException(text + ": cannot fail");
    };
  }

  private static void pause(Duration duration) {
    try {
      Retry.pause(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
