package dev.carillon.check.property;

import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event;
import dev.carillon.check.history.Event.Complete;
import dev.carillon.check.history.Event.Delivered;
import dev.carillon.check.history.Event.Handed;
import dev.carillon.check.history.Event.HistoryRead;
import dev.carillon.check.history.Event.Invoked;
import dev.carillon.check.history.Event.Refused;
import dev.carillon.check.history.Event.Stored;
import dev.carillon.check.history.Event.Synced;
import dev.carillon.check.history.Event.Unknown;
import dev.carillon.check.history.Event.VersionRead;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import dev.carillon.check.history.ThreadState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/// A model of a system that keeps the contract, with delays, repeats, jumps of the numbers and
/// unknown outcomes, played at random: what it shows is a good history.
final class CorrectSystem {
  private static final int STEPS = 150;
  private static final List<String> CONVERSATIONS = List.of("c0", "c1");
  private static final List<Device> DEVICES =
      List.of(new Device("ann", "phone"), new Device("ann", "tablet"), new Device("bob", "phone"));

  private final Random random;
  private final List<Event> events = new ArrayList<>();
  private final Map<String, List<Fact>> logs = new HashMap<>();
  private final Map<String, Long> threadVersions = new HashMap<>();
  private final Map<Lane, Integer> handed = new HashMap<>();
  private final List<Open> open = new ArrayList<>();
  private long version;
  private long now;
  private long ops;

  /// One conversation at one device.
  private record Lane(Device device, String conversation) {}

  /// An attempt that has not ended.
  private static final class Open {
    final Invoked invoked;
    boolean committed;

    Open(Invoked invoked) {
      this.invoked = invoked;
    }
  }

  CorrectSystem(long seed) {
    random = new Random(seed);
  }

  private List<Fact> log(String conversation) {
    return logs.computeIfAbsent(conversation, absent -> new ArrayList<>());
  }

  private int held(Device device, String conversation) {
    return handed.getOrDefault(new Lane(device, conversation), 0);
  }

  History run() {
    for (int step = 0; step < STEPS; step++) {
      step();
    }
    while (!open.isEmpty()) {
      answer(open.getFirst());
    }
    DEVICES.forEach(device -> {
      catchUp(device);
      CONVERSATIONS.forEach(conversation -> read(device, conversation, true));
    });
    return new History(
        Map.of("c0", Set.of("ann", "bob"), "c1", Set.of("ann", "bob")), DEVICES, events);
  }

  private void step() {
    Device device = DEVICES.get(random.nextInt(DEVICES.size()));
    String conversation = CONVERSATIONS.get(random.nextInt(CONVERSATIONS.size()));
    switch (random.nextInt(8)) {
      case 0, 1 -> invoke(device, conversation);
      case 2 -> openOne(this::commit);
      case 3 -> openOne(this::answer);
      case 4 -> hand(device, conversation);
      case 5 -> catchUp(device);
      case 6 -> read(device, conversation, false);
      default -> deliver(device, conversation);
    }
  }

  private void invoke(Device device, String conversation) {
    int held = held(device, conversation);
    long readSeq = held == 0 ? 0 : log(conversation).get(held - 1).seq();
    String id = "id" + ++ops;
    Invoked invoked =
        new Invoked(++now, device, ops, conversation, id, random.nextLong(), now, readSeq);
    events.add(invoked);
    open.add(new Open(invoked));
  }

  private void openOne(Consumer<Open> action) {
    if (!open.isEmpty()) {
      action.accept(open.get(random.nextInt(open.size())));
    }
  }

  private void commit(Open attempt) {
    if (attempt.committed) {
      return;
    }
    attempt.committed = true;
    Invoked invoked = attempt.invoked;
    List<Fact> log = log(invoked.conversation());
    long last = log.isEmpty() ? 0 : log.getLast().seq();
    log.add(
        new Fact(
            invoked.conversation(),
            last + 1 + random.nextInt(3),
            last,
            invoked.device().user(),
            invoked.id(),
            invoked.hash(),
            false));
    threadVersions.put(invoked.conversation(), ++version);
  }

  private void answer(Open attempt) {
    open.remove(attempt);
    Invoked invoked = attempt.invoked;
    if (random.nextInt(5) == 0) {
      events.add(new Unknown(++now, invoked.device(), invoked.op(), "UNREACHABLE"));
      return;
    }
    if (!attempt.committed && random.nextInt(5) == 0) {
      events.add(new Refused(++now, invoked.device(), invoked.op(), "NOT_A_MEMBER"));
      return;
    }
    commit(attempt);
    Fact fact =
        log(invoked.conversation()).stream()
            .filter(stored -> stored.id().equals(invoked.id()))
            .findFirst()
            .orElseThrow();
    events.add(
        new Stored(++now, invoked.device(), invoked.op(), fact.seq(), fact.prevSeq(), false));
  }

  private void hand(Device device, String conversation) {
    int held = held(device, conversation);
    if (held < log(conversation).size()) {
      events.add(new Handed(++now, device, log(conversation).get(held)));
      handed.put(new Lane(device, conversation), held + 1);
    }
  }

  private void catchUp(Device device) {
    long asked = ++now;
    List<ThreadState> threads =
        threadVersions.entrySet().stream()
            .map(thread ->
                new ThreadState(
                    thread.getKey(), thread.getValue(), log(thread.getKey()).getLast().seq()))
            .toList();
    for (String conversation : CONVERSATIONS) {
      while (held(device, conversation) < log(conversation).size()) {
        hand(device, conversation);
      }
    }
    events.add(new Synced(asked, ++now, device, 0, version, threads));
    events.add(new Complete(++now, device, version));
    events.add(new VersionRead(++now, ++now, device, version));
  }

  private void read(Device device, String conversation, boolean last) {
    long asked = ++now;
    List<Fact> log = log(conversation);
    int from = last ? 0 : random.nextInt(log.size() + 1);
    int to = last ? log.size() : Math.min(log.size(), from + 3);
    long after = from == 0 ? 0 : log.get(from - 1).seq();
    events.add(
        new HistoryRead(
            asked,
            ++now,
            device,
            conversation,
            after,
            Long.MAX_VALUE,
            log.subList(from, to),
            to < log.size(),
            last));
  }

  /// The wire may repeat: here it repeats all there is, each time on a connection of its own.
  private void deliver(Device device, String conversation) {
    long connection = ++now;
    for (Fact fact : log(conversation)) {
      events.add(new Delivered(++now, device, connection, now, fact));
    }
  }
}
