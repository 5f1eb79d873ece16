package dev.carillon.message.fanout;

import dev.carillon.message.fanout.GatewaySelector.Selection;
import dev.carillon.runtime.batch.BatchLoop;
import dev.carillon.runtime.batch.BatchLoop.Next;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryStage.class);
  private static final int BATCH_CONVERSATIONS = 256;

  /// The most users looked up for what the committing thread delivers: that takes some 100 us,
  /// about as long as the wake-up of a dispatcher, and the thread's next commit waits for it.
  private static final long DIRECT_LOOK_UPS = 64;

  /// What a gateway's wake-up for a batch costs.
  private static final Duration NOMINAL_COST = Duration.ofNanos(300_000);

  private final BacklogReader backlog;
  private final GatewaySelector selector;
  private final DeliveryRouter router;
  private final FanOutMetrics metrics;
  private final LongSupplier nanos;
  private final List<Dispatcher> dispatchers;

  DeliveryStage(
      int dispatchers,
      BacklogReader backlog,
      GatewaySelector selector,
      DeliveryRouter router,
      FanOutTiming timing,
      FanOutMetrics metrics) {
    this.backlog = backlog;
    this.selector = selector;
    this.router = router;
    this.metrics = metrics;
    this.nanos = timing.nanos();
    this.dispatchers =
        IntStream.range(0, dispatchers).mapToObj(i -> new Dispatcher(i, timing)).toList();
  }

  List<BatchLoop<?>> loops() {
    return dispatchers.stream().<BatchLoop<?>>map(dispatcher -> dispatcher.loop).toList();
  }

  /// Delivers for conversations whose delivery a commit has claimed, at once or by dispatchers.
  /// Never blocks.
  void deliver(List<ConversationFanOut> claimed) {
    long lookUps = claimed.stream().mapToLong(ConversationFanOut::lookUps).sum();
    boolean direct = lookUps <= DIRECT_LOOK_UPS && isUpToDate();
    Optional<Selection> gateways = direct ? selector.broadcast(lookUps) : Optional.empty();
    if (gateways.isEmpty()) {
      dispatch(claimed);
      return;
    }
    Batch batch = new Batch();
    dispatch(claimed.stream().filter(each -> batch.take(each).isPresent()).toList());
    try {
      deliver(batch, gateways::get);
    } catch (RuntimeException bug) {
      LOG.error("delivering for {} conversations failed", claimed.size(), bug);
    }
  }

  private boolean isUpToDate() {
    return dispatchers.stream().allMatch(dispatcher -> dispatcher.loop.queued() == 0);
  }

  /// Queues conversations whose delivery was claimed.
  void dispatch(List<ConversationFanOut> claimed) {
    int count = dispatchers.size();
    claimed.stream()
        .collect(
            Collectors.groupingBy(each -> Math.floorMod(each.conversation().hashCode(), count)))
        .forEach((number, share) -> dispatchers.get(number).loop.offer(share));
  }

  private void deliver(Batch batch, Supplier<Selection> gateways) {
    try {
      if (!batch.messages.isEmpty()) {
        router.deliver(batch.messages, gateways.get());
      }
    } finally {
      // What could not be delivered is in the mailboxes; the conversations must not stand still.
      dispatch(batch.finish());
    }
  }

  /// Messages that are delivered together, and the position of each conversation after that.
  private static final class Batch {
    private final List<AddressedMessages> messages = new ArrayList<>();
    private final Map<ConversationFanOut, Long> reached = new HashMap<>();

    /// Adds what is next of a conversation, unless it has to be read from the store beyond a
    /// position.
    Optional<NextDelivery.FromStore> take(ConversationFanOut conversation) {
      return switch (conversation.nextDelivery()) {
        case NextDelivery.None() -> Optional.empty();
        case NextDelivery.FromMemory(List<AddressedMessages> next) -> {
          messages.addAll(next);
          reached.put(conversation, next.getLast().lastSeq());
          yield Optional.empty();
        }
        case NextDelivery.FromStore position -> Optional.of(position);
      };
    }

    void add(ConversationFanOut conversation, BacklogReader.Page page) {
      page.messages().ifPresent(messages::add);
      reached.put(conversation, page.reached());
    }

    /// The conversations that have more to deliver.
    List<ConversationFanOut> finish() {
      return reached.entrySet().stream()
          .filter(each -> each.getKey().delivered(each.getValue()))
          .map(Map.Entry::getKey)
          .toList();
    }
  }

  /// A thread that delivers for its share of the conversations.
  private final class Dispatcher {
    private final BatchLoop<List<ConversationFanOut>> loop;
    private final DueQueue<ConversationFanOut> retries = new DueQueue<>();

    Dispatcher(int number, FanOutTiming timing) {
      String name = "fanout-delivery-" + number;
      loop =
          new BatchLoop<List<ConversationFanOut>>(name, timing.nanos(), this::run)
              .weight(List::size)
              .batchLimit(BATCH_CONVERSATIONS)
              .interval(timing.interval().costing(NOMINAL_COST));
    }

    private Next run(List<List<ConversationFanOut>> claimed) {
      Batch batch = new Batch();
      claimed.forEach(together -> together.forEach(each -> gather(each, batch)));
      retries.takeDue(nanos.getAsLong()).forEach(each -> gather(each, batch));
      deliver(batch, () -> selector.select(batch.messages));
      return retries.next(nanos.getAsLong());
    }

    private void gather(ConversationFanOut conversation, Batch batch) {
      try {
        batch
            .take(conversation)
            .flatMap(position -> backlog.read(conversation, position))
            .ifPresent(page -> batch.add(conversation, page));
      } catch (RuntimeException e) {
        metrics.storeFailures.increment();
        LOG.warn("reading {} for delivery failed, retrying", conversation.conversation(), e);
        retries.retry(conversation, conversation.failed(), nanos.getAsLong());
      }
    }
  }
}
