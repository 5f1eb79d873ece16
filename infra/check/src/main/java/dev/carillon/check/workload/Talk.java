package dev.carillon.check.workload;

import dev.carillon.check.fault.Chance;
import dev.carillon.check.history.Conversation;
import dev.carillon.check.history.Event;
import dev.carillon.check.history.Recorder;
import dev.carillon.check.workload.TestDevice.Outgoing;
import dev.carillon.client.ClientMessageId;
import dev.carillon.local.supervisor.Wait;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// The sends of a run: new messages, repeats of those whose outcome is unknown, and, now and then,
/// what has to be refused. For use by the one thread of the load, outcomes aside.
final class Talk {
  private static final int PENDING = 200;
  private static final int PADDING = 200;
  private static final Duration REPEAT_AFTER = Duration.ofMillis(500);
  private static final int REUSE_EVERY = 150;
  private static final int INTRUDE_EVERY = 200;
  private static final int SENT_KEPT = 100;

  private final Population population;
  private final Recorder recorder;
  private final Chance chance;
  private final Map<TestDevice, Long> counters = new HashMap<>();
  private final ConcurrentLinkedQueue<Said> stored = new ConcurrentLinkedQueue<>();
  private final AtomicInteger unsettled = new AtomicInteger();
  private volatile boolean over;
  private long held;

  /// A message that was sent at least once, and the device that sent it.
  private record Said(TestDevice device, Outgoing message) {}

  Talk(Population population, Recorder recorder, Chance chance) {
    this.population = population;
    this.recorder = recorder;
    this.chance = chance;
  }

  /// Sends one message.
  ///
  /// @param intendedAt when it was due
  void say(long intendedAt) {
    int lot = chance.between(1, REUSE_EVERY * INTRUDE_EVERY);
    Said earlier = lot % REUSE_EVERY == 0 ? stored.poll() : null;
    if (earlier != null) {
      again(earlier, lot);
      return;
    }
    TestDevice device =
        chance.oneOf(population.devices().stream().filter(TestDevice::inUse).toList());
    if (device.pending() >= PENDING) {
      held++;
      return;
    }
    Collection<Conversation> possible =
        lot % INTRUDE_EVERY == 0
            ? foreign(device.device.user())
            : population.conversationsOf(device.device.user());
    if (!possible.isEmpty()) {
      say(device, chance.oneOf(List.copyOf(possible)), intendedAt);
    }
  }

  /// The text says who sends it as which of its messages, when it was due and what its sender had
  /// read, so that it can be judged wherever it is found.
  private void say(TestDevice device, Conversation conversation, long intendedAt) {
    String text =
        "%s #%d due %d read %d %s"
            .formatted(
                device.device,
                counters.merge(device, 1L, Long::sum),
                intendedAt,
                device.readSeq(conversation.id()),
                "x".repeat(chance.between(0, PADDING)));
    String id = ClientMessageId.random().hex();
    attempt(new Said(device, new Outgoing(conversation, id, text, intendedAt)), false);
  }

  /// How many messages were not sent because their device had too many unanswered.
  long held() {
    return held;
  }

  /// How many messages have attempts that have not ended, or will be tried again.
  int unsettled() {
    return unsettled.get();
  }

  /// Lets unknown outcomes rest from now on.
  void end() {
    over = true;
  }

  /// The same id once more: with the same body it has its place, with another it is refused.
  private void again(Said earlier, int lot) {
    boolean same = lot % 2 == 0;
    Outgoing first = earlier.message();
    String text = same ? first.text() : first.text() + "!";
    Outgoing again = new Outgoing(first.conversation(), first.id(), text, recorder.now());
    attempt(new Said(earlier.device(), again), true);
  }

  private List<Conversation> foreign(String user) {
    return population.conversations().stream()
        .filter(conversation -> !conversation.direct())
        .filter(conversation -> !population.isMember(conversation, user))
        .toList();
  }

  private void attempt(Said said, boolean repeat) {
    unsettled.incrementAndGet();
    Thread.startVirtualThread(() -> {
      Event.Outcome outcome = said.device().send(said.message(), repeat);
      // A third is never tried again: those have to be in or out all by themselves.
      while (outcome instanceof Event.Unknown && !over && outcome.op() % 3 != 0) {
        do {
          Wait.pause(REPEAT_AFTER);
        } while (!said.device().inUse() && !over);
        outcome = said.device().send(said.message(), true);
      }
      if (outcome instanceof Event.Stored && stored.size() < SENT_KEPT) {
        stored.add(said);
      }
      unsettled.decrementAndGet();
    });
  }
}
