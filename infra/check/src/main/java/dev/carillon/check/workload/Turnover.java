package dev.carillon.check.workload;

import dev.carillon.check.history.Event.ChangeInvoked;
import dev.carillon.check.history.Event.Changed;
import dev.carillon.check.history.Event.Outcome;
import dev.carillon.check.history.Recorder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// People join groups, leave them, are removed and come again; now and then somebody tries who may
/// not. One request about one person in one group at a time. For use by the one thread of the load,
/// outcomes aside.
final class Turnover {
  private static final int BY_ANYBODY = 8;

  private final Population population;
  private final Recorder recorder;
  private final Random random;
  private final double meanNanos;
  private final Set<Place> pending = ConcurrentHashMap.newKeySet();
  private final Map<Place, Boolean> uncertain = new ConcurrentHashMap<>();
  private long changeAt;

  /// One person in one group.
  private record Place(Conversation group, String user) {}

  /// @param mean from one change to the next
  Turnover(Population population, Recorder recorder, Random random, Duration mean) {
    this.population = population;
    this.recorder = recorder;
    this.random = random;
    meanNanos = mean.toNanos();
    changeAt = next(recorder.now());
  }

  /// Does what is due.
  void tick() {
    long now = recorder.now();
    if (now >= changeAt) {
      changeAt = next(now);
      change();
    }
  }

  /// How many requests have not ended.
  int unsettled() {
    return pending.size();
  }

  /// Whether any request ended without anybody knowing its outcome.
  boolean hadUnknown() {
    return !uncertain.isEmpty();
  }

  private long next(long now) {
    return now + (long) (-Math.log(1 - random.nextDouble()) * meanNanos);
  }

  private void change() {
    Conversation group = pick(population.changing());
    Place place = new Place(group, pick(population.users()));
    // The owner stays: somebody has to be able to remove, and to read everything at the end.
    if (place.user().equals(population.ownerOf(group)) || !pending.add(place)) {
      return;
    }
    boolean present = population.isMember(group, place.user());
    Optional<SdkDevice> device = population.phoneOf(actor(place, present));
    if (device.isEmpty() || !device.get().inUse()) {
      pending.remove(place);
    } else {
      ask(device.get(), place, present);
    }
  }

  /// Who asks: members add; the owner removes, or one leaves by oneself; and some who may not.
  private String actor(Place place, boolean present) {
    List<String> users = population.users();
    if (random.nextInt(BY_ANYBODY) == 0) {
      return pick(users);
    }
    if (present) {
      return random.nextBoolean() ? place.user() : population.ownerOf(place.group());
    }
    return pick(users.stream().filter(user -> population.isMember(place.group(), user)).toList());
  }

  private void ask(SdkDevice device, Place place, boolean present) {
    List<String> named = List.of(place.user());
    ChangeInvoked invoked =
        new ChangeInvoked(
            recorder.now(),
            device.device(),
            recorder.number(),
            place.group().id(),
            present ? List.of() : named,
            present ? named : List.of());
    recorder.record(invoked);
    device.change(invoked, outcome -> ended(place, !present, outcome));
  }

  private void ended(Place place, boolean joins, Outcome outcome) {
    if (outcome instanceof Changed) {
      population.set(place.group(), place.user(), joins);
      uncertain.remove(place);
    } else {
      uncertain.put(place, true);
    }
    pending.remove(place);
  }

  private <T> T pick(List<T> some) {
    return some.get(random.nextInt(some.size()));
  }
}
