package dev.carillon.message.fanout;

import dev.carillon.message.fanout.GatewaySelector.Selection;
import dev.carillon.runtime.batch.BatchLoop;
import dev.carillon.runtime.batch.Next;
import dev.carillon.runtime.lifecycle.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Delivers messages to the gateways that hold the members' devices. The holder of a conversation's
/// claim delivers for it, so that its messages stay in order.
///
/// What one commit brought is delivered on the thread that committed it when it is little, can be
/// broadcast, and no dispatcher is behind: that saves a wake-up. Otherwise dispatchers do it, each
/// for its share of the conversations; all that wait go in one batch, with one request to presence.
/// A conversation waits here once at most.
final class DeliveryStage {
  private static final Logger log = LoggerFactory.getLogger(DeliveryStage.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(20), Duration.ofSeconds(1));
  private static final int BATCH_CONVERSATIONS = 256;

  /// The most users looked up for what the committing thread delivers: that takes some 100 us,
  /// about as long as the wake-up of a dispatcher, and the thread's next commit waits for it.
  private static final long DIRECT_LOOK_UPS = 64;

  /// What a gateway's wake-up for a batch costs.
  private static final Duration NOMINAL_COST = Duration.ofNanos(300_000);

  private final List<Dispatcher> dispatchers;
  private final BacklogReader backlog;
  private final DeliveryRouter router;
  private final MailboxStage mailboxes;
  private final SlotOwnerships ownerships;
  private final FanOutMetrics metrics;
  private final LongSupplier nanos;

  DeliveryStage(
      int dispatchers,
      BacklogReader backlog,
      DeliveryRouter router,
      MailboxStage mailboxes,
      SlotOwnerships ownerships,
      FanOutTiming timing,
      FanOutMetrics metrics) {
    this.backlog = backlog;
    this.router = router;
    this.mailboxes = mailboxes;
    this.ownerships = ownerships;
    this.metrics = metrics;
    this.nanos = timing.nanos();
    this.dispatchers =
        IntStream.range(0, dispatchers).mapToObj(i -> new Dispatcher(i, timing)).toList();
  }

  List<BatchLoop<?>> loops() {
    return dispatchers.stream().<BatchLoop<?>>map(dispatcher -> dispatcher.loop).toList();
  }

  /// Delivers what a commit brought to conversations whose delivery was claimed, at once or by
  /// dispatchers. Never blocks.
  ///
  /// @param lookUps see [AddressedMessages#lookUps], of all of it
  void deliver(List<ConversationFanOut> claimed, long lookUps) {
    boolean direct =
        lookUps <= DIRECT_LOOK_UPS
            && dispatchers.stream().allMatch(Dispatcher::isUpToDate)
            && claimed.stream().noneMatch(ConversationFanOut::isCollapsed);
    Optional<Selection> gateways = direct ? router.broadcast(lookUps) : Optional.empty();
    if (gateways.isEmpty()) {
      dispatch(claimed);
      return;
    }
    try {
      deliverHere(claimed, gateways.get());
    } catch (RuntimeException bug) {
      log.error("delivering for {} conversations failed", claimed.size(), bug);
    }
  }

  private void deliverHere(List<ConversationFanOut> claimed, Selection gateways) {
    Batch batch = new Batch();
    for (ConversationFanOut conversation : claimed) {
      switch (conversation.nextDelivery()) {
        case NextDelivery.None() -> {}
        case NextDelivery.FromMemory(List<AddressedMessages> next) -> batch.add(conversation, next);
        case NextDelivery.FromStore _ -> dispatch(conversation);
      }
    }
    deliver(batch, () -> router.deliver(batch.messages, gateways));
  }

  /// Queues a conversation whose delivery was claimed.
  void dispatch(ConversationFanOut conversation) {
    dispatch(List.of(conversation));
  }

  private void dispatch(List<ConversationFanOut> claimed) {
    claimed.stream().collect(Collectors.groupingBy(this::dispatcherOf)).forEach(Dispatcher::add);
  }

  private Dispatcher dispatcherOf(ConversationFanOut conversation) {
    int hash = conversation.conversation().hashCode();
    return dispatchers.get(Math.floorMod(hash, dispatchers.size()));
  }

  private void deliver(Batch batch, Runnable delivery) {
    try {
      if (!batch.messages.isEmpty()) {
        delivery.run();
      }
    } finally {
      // What could not be delivered is in the mailboxes; the conversations must not stand still.
      batch.reached.forEach((conversation, seq) -> {
        if (conversation.delivered(seq)) {
          dispatch(conversation);
        }
      });
    }
  }

  /// Messages that are delivered together, and the position of each conversation after that.
  private static final class Batch {
    private final List<AddressedMessages> messages = new ArrayList<>();
    private final Map<ConversationFanOut, Long> reached = new HashMap<>();

    void add(ConversationFanOut conversation, List<AddressedMessages> next) {
      messages.addAll(next);
      reached.put(conversation, next.getLast().lastSeq());
    }
  }

  /// A thread that delivers for its share of the conversations.
  private final class Dispatcher {
    private final BatchLoop<List<ConversationFanOut>> loop;
    private final DueQueue<ConversationFanOut> retries = new DueQueue<>();

    Dispatcher(int number, FanOutTiming timing) {
      loop =
          BatchLoop.<List<ConversationFanOut>>builder(
                  "fanout-delivery-" + number, timing.nanos(), this::run)
              .weight(List::size)
              .batchLimit(BATCH_CONVERSATIONS)
              .interval(timing.interval().costing(NOMINAL_COST))
              .build();
    }

    boolean isUpToDate() {
      return loop.queued() == 0;
    }

    void add(List<ConversationFanOut> claimed) {
      loop.offer(claimed);
    }

    private Next run(List<List<ConversationFanOut>> claimed) {
      Batch batch = new Batch();
      claimed.forEach(together -> together.forEach(each -> gather(each, batch)));
      retries.takeDue(nanos.getAsLong()).forEach(each -> gather(each, batch));
      deliver(batch, () -> router.deliver(batch.messages));
      return retries.next(nanos.getAsLong());
    }

    private void gather(ConversationFanOut conversation, Batch batch) {
      try {
        switch (conversation.nextDelivery()) {
          case NextDelivery.None() -> {}
          case NextDelivery.FromMemory(List<AddressedMessages> next) ->
              batch.add(conversation, next);
          case NextDelivery.FromStore position -> read(conversation, position, batch);
        }
      } catch (RuntimeException e) {
        metrics.storeFailures.increment();
        log.warn("reading {} for delivery failed, retrying", conversation.conversation(), e);
        Duration delay = BACKOFF.delay(conversation.failed());
        retries.add(conversation, nanos.getAsLong() + delay.toNanos());
      }
    }

    private void read(
        ConversationFanOut conversation, NextDelivery.FromStore position, Batch batch) {
      Optional<BacklogReader.Page> page = backlog.read(conversation, position);
      if (page.isEmpty()) {
        // Only a restored database forgets a conversation; its members find what is left by
        // history.
        ownerships.drop(conversation);
        return;
      }
      page.get().messages().ifPresent(batch.messages::add);
      batch.reached.put(conversation, page.get().reached());
      mailboxes.startFor(conversation);
    }
  }
}
