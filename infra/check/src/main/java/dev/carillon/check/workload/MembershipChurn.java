package dev.carillon.check.workload;

import dev.carillon.check.fault.Chance;
import dev.carillon.check.history.Conversation;
import dev.carillon.check.history.Event;
import dev.carillon.check.history.Recorder;
import dev.carillon.check.workload.Population.Membership;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Changes of membership: users are added to groups, leave, are removed and added again; now and
/// then a user tries it who is not allowed to. One request at a time for each user and group. For
/// use by the one thread of the load, except for outcomes.
final class MembershipChurn {
  private static final double BY_ANYBODY = 0.125;

  private final Population population;
  private final Recorder recorder;
  private final Chance chance;
  private final Set<Membership> pending = ConcurrentHashMap.newKeySet();

  MembershipChurn(Population population, Recorder recorder, Chance chance) {
    this.population = population;
    this.recorder = recorder;
    this.chance = chance;
  }

  /// How many requests have not ended.
  int unsettled() {
    return pending.size();
  }

  /// Asks for one change.
  void change() {
    Conversation group = chance.oneOf(population.changing());
    Membership membership = new Membership(group, chance.oneOf(population.users()));
    // The owner stays: it removes others, and reads everything at the end.
    if (membership.user().equals(population.ownerOf(group)) || !pending.add(membership)) {
      return;
    }
    boolean present = population.isMember(group, membership.user());
    SdkDevice device = population.phoneOf(actor(membership, present));
    if (device.inUse()) {
      ask(device, membership, present);
    } else {
      pending.remove(membership);
    }
  }

  /// The user that sends the request: a member who adds, the owner who removes, the user itself who
  /// leaves, or sometimes a user who is not allowed to.
  private String actor(Membership membership, boolean present) {
    List<String> users = population.users();
    if (chance.chance(BY_ANYBODY)) {
      return chance.oneOf(users);
    }
    if (present) {
      return chance.chance(0.5) ? membership.user() : population.ownerOf(membership.group());
    }
    return chance.oneOf(
        users.stream().filter(user -> population.isMember(membership.group(), user)).toList());
  }

  private void ask(SdkDevice device, Membership membership, boolean present) {
    List<String> named = List.of(membership.user());
    Event.ChangeInvoked invoked =
        new Event.ChangeInvoked(
            recorder.now(),
            device.device,
            recorder.number(),
            membership.group().id(),
            present ? List.of() : named,
            present ? named : List.of());
    Thread.startVirtualThread(() -> {
      if (device.change(invoked) instanceof Event.Changed) {
        population.set(membership, !present);
      }
      pending.remove(membership);
    });
  }
}
