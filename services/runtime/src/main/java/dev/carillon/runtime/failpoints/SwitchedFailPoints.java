package dev.carillon.runtime.failpoints;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.lifecycle.Retry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The fail-points of one process, switched on and off while it runs, and its wall clock, which may
/// be made to jump. Thread-safe.
public final class SwitchedFailPoints implements FailPoints {
  /// What `kill -9` leaves behind.
  private static final int EXIT_CODE = 137;

  private static final Logger log = LoggerFactory.getLogger(SwitchedFailPoints.class);

  private final Crash crash;
  private final Map<FailPoint, Place> places = new EnumMap<>(FailPoint.class);
  private final ShiftableClock clock = new ShiftableClock(InstantSource.system());

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

  /// How one place stands.
  ///
  /// @param point the place
  /// @param arming what is switched on, as it was written; empty when nothing is
  /// @param passed how often the place was passed since the process began
  public record Standing(FailPoint point, String arming, int passed) {}

  /// None is switched on. A crash ends this JVM without any last word.
  public SwitchedFailPoints() {
    this(point -> Runtime.getRuntime().halt(EXIT_CODE));
  }

  SwitchedFailPoints(Crash crash) {
    this.crash = crash;
    for (FailPoint point : FailPoint.values()) {
      places.put(point, new Place());
    }
  }

  /// Switches places on, each written as `name=crash`, `name=fail` or `name=pause:DURATION`, with
  /// `@n` for the n-th time from now or `@m/n` for a chance; each takes the place of what was
  /// switched on there before.
  ///
  /// @throws IllegalArgumentException when one of them is not written so; none is switched on then
  public void arm(List<String> texts) {
    List<Arming> armings = texts.stream().map(Arming::parse).toList();
    for (Arming arming : armings) {
      log.atWarn().addKeyValue("fail_point", arming).log("FAIL-POINT SWITCHED ON");
      place(arming.point()).armed = new Armed(arming, new AtomicLong());
    }
  }

  /// What the process takes for the time of day.
  public ShiftableClock clock() {
    return clock;
  }

  /// Switches all places off.
  public void disarm() {
    places.values().forEach(place -> place.armed = null);
  }

  /// How many places are switched on.
  public int armed() {
    return (int) standings().stream().filter(standing -> !standing.arming().isEmpty()).count();
  }

  /// How every place stands.
  public List<Standing> standings() {
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
    if (on != null
        && on.arming()
            .trigger()
            .fires(on.passed().incrementAndGet(), ThreadLocalRandom.current())) {
      log.atWarn().addKeyValue("fail_point", on.arming()).log("fail-point reached");
      act(on.arming());
    }
  }

  private Place place(FailPoint point) {
    return Objects.requireNonNull(places.get(point));
  }

  private void act(Arming arming) throws Refusal {
    switch (arming.action()) {
      case FailAction.Crash _ -> crash.now(arming.point());
      case FailAction.Pause pause -> pause(pause.duration());
      case FailAction.Fail _ -> throw arming.point().failure();
    }
  }

  private static void pause(Duration duration) {
    try {
      Retry.pause(duration);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
