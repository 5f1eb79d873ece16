package dev.carillon.check.property;

import dev.carillon.check.history.Conversation;
import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event;
import dev.carillon.check.history.Event.ChangeInvoked;
import dev.carillon.check.history.Event.Changed;
import dev.carillon.check.history.Event.Complete;
import dev.carillon.check.history.Event.Delivered;
import dev.carillon.check.history.Event.Handed;
import dev.carillon.check.history.Event.HistoryRead;
import dev.carillon.check.history.Event.Invoked;
import dev.carillon.check.history.Event.Refused;
import dev.carillon.check.history.Event.Stored;
import dev.carillon.check.history.Event.Synced;
import dev.carillon.check.history.Event.ThreadState;
import dev.carillon.check.history.Event.Unknown;
import dev.carillon.check.history.Event.VersionRead;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A model of a system that keeps the contract, with delays, repeats, jumps of the numbers, unknown
/// outcomes and somebody who joins and leaves, played at random: what it shows is a good history.
final class CorrectSystem {
  private static final int STEPS = 150;
  private static final List<String> CONVERSATIONS = List.of("c0", "c1");
  private static final Device ANN = new Device("ann", "phone");
  private static final List<Device> DEVICES =
      List.of(
          ANN, new Device("ann", "tablet"), new Device("bob", "phone"), new Device("cid", "phone"));
  private static final Set<String> FOUNDERS = Set.of("ann", "bob");

  private final Random random;
  private final List<Event> events = new ArrayList<>();
  private final Map<String, List<Fact>> logs = new HashMap<>();
  private final Map<String, Long> threadVersions = new HashMap<>();
  private final Map<DeviceConversation, Long> handed = new HashMap<>();
  private final List<Open> open = new ArrayList<>();
  private final Map<String, Membership> cid = new HashMap<>();
  private final Map<String, OpenChange> changing = new HashMap<>();
  private long version;
  private long now;
  private long ops;

  /// One conversation at one device.
  private record DeviceConversation(Device device, String conversation) {}

  /// An attempt that has not ended.
  private static final class Open {
    final Invoked invoked;
    boolean committed;

    Open(Invoked invoked) {
      this.invoked = invoked;
    }
  }

  /// What one may see, and whether one is a member.
  private record Membership(long visibleAfter, long left) {
    boolean present() {
      return left == Long.MAX_VALUE;
    }

    boolean sees(Fact fact) {
      return visibleAfter < fact.seq() && fact.seq() <= left;
    }
  }

  /// A change of Cid's membership that has not ended.
  private static final class OpenChange {
    final ChangeInvoked invoked;
    long seq;

    OpenChange(ChangeInvoked invoked) {
      this.invoked = invoked;
    }
  }

  CorrectSystem(long seed) {
    random = new Random(seed);
  }

  private List<Fact> log(String conversation) {
    return logs.computeIfAbsent(conversation, absent -> new ArrayList<>());
  }

  private long held(Device device, String conversation) {
    return handed.getOrDefault(new DeviceConversation(device, conversation), 0L);
  }

  private Membership membership(String user, String conversation) {
    return FOUNDERS.contains(user)
        ? new Membership(0, Long.MAX_VALUE)
        : cid.getOrDefault(conversation, new Membership(0, 0));
  }

  private List<Fact> visible(Device device, String conversation) {
    Membership membership = membership(device.user(), conversation);
    return log(conversation).stream().filter(membership::sees).toList();
  }

  private Optional<Fact> next(Device device, String conversation) {
    long held = held(device, conversation);
    return visible(device, conversation).stream().filter(fact -> fact.seq() > held).findFirst();
  }

  History run() {
    for (int step = 0; step < STEPS; step++) {
      step();
    }
    while (!open.isEmpty()) {
      answer(open.getFirst());
    }
    CONVERSATIONS.forEach(this::endChange);
    DEVICES.forEach(device -> {
      catchUp(device);
      CONVERSATIONS.forEach(conversation -> read(device, conversation, true));
    });
    return History.of(
        List.of(
            new Conversation("c0", Conversation.Kind.FROM_JOIN, FOUNDERS),
            new Conversation("c1", Conversation.Kind.WHOLE_HISTORY, FOUNDERS)),
        DEVICES,
        events);
  }

  private void step() {
    Device device = DEVICES.get(random.nextInt(DEVICES.size()));
    String conversation = CONVERSATIONS.get(random.nextInt(CONVERSATIONS.size()));
    switch (random.nextInt(9)) {
      case 0, 1 -> invoke(device, conversation);
      case 2 -> openOne(this::commit);
      case 3 -> openOne(this::answer);
      case 4 -> hand(device, conversation);
      case 5 -> catchUp(device);
      case 6 -> read(device, conversation, false);
      case 7 -> change(conversation);
      default -> deliver(device, conversation);
    }
  }

  private void invoke(Device device, String conversation) {
    long readSeq = held(device, conversation);
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
    Invoked invoked = attempt.invoked;
    if (attempt.committed
        || !membership(invoked.device().user(), invoked.conversation()).present()) {
      return;
    }
    attempt.committed = true;
    append(invoked.conversation(), invoked.device().user(), invoked.id(), invoked.hash(), null);
  }

  private Fact append(
      String conversation, String sender, String id, long hash, Fact.@Nullable Notice notice) {
    List<Fact> log = log(conversation);
    long last = log.isEmpty() ? 0 : log.getLast().seq();
    Fact fact =
        new Fact(conversation, last + 1 + random.nextInt(3), last, sender, id, hash, notice);
    log.add(fact);
    threadVersions.put(conversation, ++version);
    return fact;
  }

  /// Takes a change of Cid's membership one step further.
  private void change(String conversation) {
    OpenChange open = changing.get(conversation);
    if (open == null) {
      boolean leaves = membership("cid", conversation).present();
      List<String> named = List.of("cid");
      List<String> nobody = List.of();
      ChangeInvoked invoked =
          new ChangeInvoked(
              ++now, ANN, ++ops, conversation, leaves ? nobody : named, leaves ? named : nobody);
      events.add(invoked);
      changing.put(conversation, new OpenChange(invoked));
    } else if (open.seq == 0) {
      commit(open);
    } else {
      endChange(conversation);
    }
  }

  private void commit(OpenChange open) {
    ChangeInvoked invoked = open.invoked;
    String conversation = invoked.conversation();
    Membership before = membership("cid", conversation);
    Fact.Notice notice = new Fact.Notice(invoked.added(), invoked.removed());
    open.seq = append(conversation, "ann", "", 0, notice).seq();
    boolean whole = conversation.equals("c1");
    cid.put(
        conversation,
        before.present()
            ? new Membership(before.visibleAfter(), open.seq)
            : new Membership(whole ? 0 : open.seq - 1, Long.MAX_VALUE));
  }

  private void endChange(String conversation) {
    OpenChange open = changing.remove(conversation);
    if (open == null) {
      return;
    }
    long op = open.invoked.op();
    events.add(
        open.seq > 0 && random.nextInt(3) > 0
            ? new Changed(++now, ANN, op, open.seq, List.of("cid"))
            : new Unknown(++now, ANN, op, "UNREACHABLE"));
  }

  private void answer(Open attempt) {
    open.remove(attempt);
    Invoked invoked = attempt.invoked;
    if (random.nextInt(5) == 0) {
      events.add(new Unknown(++now, invoked.device(), invoked.op(), "UNREACHABLE"));
      return;
    }
    if (random.nextInt(5) > 0) {
      commit(attempt);
    }
    if (!attempt.committed) {
      boolean member = membership(invoked.device().user(), invoked.conversation()).present();
      String reason = member ? "BODY_TOO_LARGE" : "NOT_A_MEMBER";
      events.add(new Refused(++now, invoked.device(), invoked.op(), reason));
      return;
    }
    Fact fact =
        log(invoked.conversation()).stream()
            .filter(stored -> stored.id().equals(invoked.id()))
            .findFirst()
            .orElseThrow();
    events.add(
        new Stored(++now, invoked.device(), invoked.op(), fact.seq(), fact.prevSeq(), false));
  }

  private void hand(Device device, String conversation) {
    next(device, conversation)
        .ifPresent(fact -> {
          events.add(new Handed(++now, device, fact));
          handed.put(new DeviceConversation(device, conversation), fact.seq());
        });
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
      while (next(device, conversation).isPresent()) {
        hand(device, conversation);
      }
    }
    events.add(new Synced(asked, ++now, device, 0, version, threads));
    events.add(new Complete(++now, device, version));
    events.add(new VersionRead(++now, ++now, device, version));
  }

  private void read(Device device, String conversation, boolean last) {
    long asked = ++now;
    List<Fact> log = visible(device, conversation);
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
    for (Fact fact : visible(device, conversation)) {
      events.add(new Delivered(++now, device, connection, now, fact));
    }
  }
}
