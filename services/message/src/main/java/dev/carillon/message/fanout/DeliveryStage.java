package dev.carillon.message.fanout;

import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.conversation.TracedMessage;
import dev.carillon.message.fanout.ConversationFanOut.NextDelivery;
import dev.carillon.message.fanout.GatewaySelector.Selection;
import dev.carillon.message.fanout.Gateways.Delivery;
import dev.carillon.runtime.batch.BatchLoop;
import dev.carillon.runtime.batch.BatchLoop.Next;
import dev.carillon.runtime.stream.InstanceStream;
import dev.carillon.runtime.telemetry.Telemetry;
import dev.carillon.runtime.telemetry.TraceParent;
import io.opentelemetry.api.trace.Span;
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

/// Delivers messages to the gateways that hold the members' devices, one delivery for each message
/// and gateway. The holder of a conversation's claim delivers for it, so that its messages stay in
/// order.
///
/// What one commit brought is delivered on the thread that committed it when it is little, can be
/// broadcast, and no dispatcher is behind. Otherwise dispatchers do it, each for its share of the
/// conversations; all that wait go in one batch, with one request to presence.
final class DeliveryStage {
  private static final Logger LOG = LoggerFactory.getLogger(DeliveryStage.class);
  private static final int BATCH_CONVERSATIONS = 256;

  /// The most users looked up for what the committing thread delivers: that takes some 100 us,
  /// about as long as the wake-up of a dispatcher, and the thread's next commit waits for it.
  private static final long DIRECT_LOOK_UPS = 64;

  private final BacklogReader backlog;
  private final GatewaySelector selector;
  private final Gateways gateways;
  private final Telemetry telemetry;
  private final FanOutMetrics metrics;
  private final LongSupplier nanos;
  private final List<Dispatcher> dispatchers;

  DeliveryStage(
      int dispatchers,
      BacklogReader backlog,
      GatewaySelector selector,
      Gateways gateways,
      Telemetry telemetry,
      FanOutConfig.Timing timing,
      FanOutMetrics metrics) {
    this.backlog = backlog;
    this.selector = selector;
    this.gateways = gateways;
    this.telemetry = telemetry;
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
    Optional<Selection> all = direct ? selector.broadcast(lookUps) : Optional.empty();
    if (all.isEmpty()) {
      dispatch(claimed);
      return;
    }
    Batch batch = new Batch();
    dispatch(claimed.stream().filter(each -> batch.take(each).isPresent()).toList());
    try {
      deliver(batch, all::get);
    } catch (RuntimeException | Error bug) {
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

  private void deliver(Batch batch, Supplier<Selection> selection) {
    try {
      if (!batch.messages.isEmpty()) {
        deliver(batch.messages, selection.get());
      }
    } finally {
      // What could not be delivered is in the mailboxes; the conversations must not stand still.
      dispatch(batch.finish());
    }
  }

  /// Hands messages to the gateways selected, those of one conversation in their order. Never
  /// blocks.
  private void deliver(List<AddressedMessages> messages, Selection selection) {
    if (selection.located().isEmpty()) {
      metrics.broadcasts.increment();
    }
    Map<String, List<Delivery>> byGateway = new HashMap<>();
    messages.forEach(each -> route(each, selection, byGateway));
    gateways.deliver(byGateway);
    long now = nanos.getAsLong();
    for (AddressedMessages each : messages) {
      metrics.messages.add(each.messages().size());
      if (each.committedAt() != AddressedMessages.UNKNOWN) {
        metrics.delay.recordNanos(now - each.committedAt());
      }
    }
  }

  private void route(
      AddressedMessages messages, Selection selection, Map<String, List<Delivery>> byGateway) {
    boolean uniform = messages.uniform();
    Map<String, List<String>> users = Map.of();
    for (TracedMessage traced : messages.messages()) {
      StoredMessage message = traced.message();
      if (!uniform || message.seq() == messages.firstSeq()) {
        users = usersByGateway(messages.members(), message.seq(), selection);
      }
      add(messages, traced, users, byGateway);
    }
  }

  private void add(
      AddressedMessages of,
      TracedMessage traced,
      Map<String, List<String>> users,
      Map<String, List<Delivery>> byGateway) {
    Span span = telemetry.span("message.fanout", traced.traceparent());
    span.setAttribute("carillon.seq", traced.message().seq());
    span.setAttribute("carillon.gateways", users.size());
    String trace = span.isRecording() ? TraceParent.of(span) : traced.traceparent();
    users.forEach((gateway, here) ->
        byGateway
            .computeIfAbsent(gateway, added -> new ArrayList<>())
            .add(new Delivery(traced.message(), here, of.slot(), of.epoch(), trace)));
    metrics.deliveries.add(users.size());
    span.end();
  }

  private static Map<String, List<String>> usersByGateway(
      List<Member> members, long seq, Selection selection) {
    Map<String, List<String>> users = new HashMap<>();
    for (Member member : members) {
      if (member.receives(seq)) {
        for (String gateway : selection.of(member.userId())) {
          users.computeIfAbsent(gateway, added -> new ArrayList<>()).add(member.userId());
        }
      }
    }
    return users;
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

    Dispatcher(int number, FanOutConfig.Timing timing) {
      String name = "fanout-delivery-" + number;
      loop =
          new BatchLoop<List<ConversationFanOut>>(name, timing.nanos(), this::run)
              .weight(List::size)
              .batchLimit(BATCH_CONVERSATIONS)
              .interval(timing.interval().costing(InstanceStream.FRAME_COST));
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
      } catch (RuntimeException | Error e) {
        metrics.storeFailures.increment();
        LOG.warn("reading {} for delivery failed, retrying", conversation.conversation(), e);
        retries.retry(conversation, conversation.failed(), nanos.getAsLong());
      }
    }
  }
}
