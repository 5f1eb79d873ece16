package dev.carillon.message.fanout;

import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.MessageStep;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.conversation.TracedMessage;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.lifecycle.Pace;
import dev.carillon.runtime.telemetry.Telemetry;
import dev.carillon.runtime.telemetry.TraceParent;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands messages to the gateways that hold the members' devices, each conversation's in order.
///
/// Each dispatcher serves its share of the conversations: it takes all that wait, finds out once
/// where all their members are, and gives each gateway its part. The queues hold each conversation
/// once at most.
final class DeliveryStage implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DeliveryStage.class);
  private static final int BATCH_LANES = 256;

  private final List<BlockingQueue<Lane>> queues = new ArrayList<>();
  private final Workers workers = new Workers();
  private final StoredPortions stored;
  private final Whereabouts whereabouts;
  private final Gateways gateways;
  private final BumpStage bumps;
  private final Telemetry telemetry;
  private final FanOutMetrics metrics;
  private final FailPoints failPoints;

  DeliveryStage(
      StoredPortions stored,
      Whereabouts whereabouts,
      Gateways gateways,
      BumpStage bumps,
      Telemetry telemetry,
      FanOutMetrics metrics,
      FailPoints failPoints) {
    this.stored = stored;
    this.whereabouts = whereabouts;
    this.gateways = gateways;
    this.bumps = bumps;
    this.telemetry = telemetry;
    this.metrics = metrics;
    this.failPoints = failPoints;
  }

  void start(int dispatchers, Duration interval) {
    for (int i = 0; i < dispatchers; i++) {
      BlockingQueue<Lane> queue = new LinkedBlockingQueue<>();
      queues.add(queue);
      Pace pace = Pace.growing(interval);
      workers.start("fanout-delivery-" + i, () -> dispatch(queue, pace));
    }
  }

  /// Queues a lane whose delivery was claimed.
  void add(Lane lane) {
    queues.get(Math.floorMod(lane.conversation().hashCode(), queues.size())).add(lane);
  }

  private void dispatch(BlockingQueue<Lane> queue, Pace pace) throws InterruptedException {
    List<Lane> lanes = new ArrayList<>();
    lanes.add(queue.take());
    // A commit puts one lane after the other into the queue: the first must not go alone.
    Pace.gather();
    pace.begin();
    queue.drainTo(lanes, BATCH_LANES - 1);
    List<Portion> portions = new ArrayList<>();
    Map<Lane, Long> reached = new HashMap<>();
    for (Lane lane : lanes) {
      try {
        gather(lane, portions, reached);
      } catch (RuntimeException e) {
        metrics.storeFailures.increment();
        workers.later(() -> add(lane), lane.failed());
        log.warn("reading {} for delivery failed, trying again", lane.conversation(), e);
      }
    }
    try {
      hand(portions);
    } finally {
      // Whatever could not be handed on, the mailboxes have it; the conversations must not stand
      // still.
      reached.forEach(this::finish);
    }
    if (lanes.size() < BATCH_LANES) {
      pace.rest();
    }
  }

  private void gather(Lane lane, List<Portion> portions, Map<Lane, Long> reached) {
    switch (lane.next()) {
      case Work.Nothing() -> {}
      case Work.Ready(List<Portion> ready) -> {
        portions.addAll(ready);
        reached.put(lane, ready.getLast().lastSeq());
      }
      case Work.Stored position -> {
        StoredPortions.Page page = stored.read(lane, position);
        page.portion().ifPresent(portions::add);
        reached.put(lane, page.reached());
        bumps.startFor(lane);
      }
    }
  }

  private void finish(Lane lane, long reached) {
    if (lane.delivered(reached)) {
      add(lane);
    }
  }

  private void hand(List<Portion> portions) {
    if (portions.isEmpty()) {
      return;
    }
    Whereabouts.Places places = whereabouts.of(portions);
    Map<String, List<Delivery>> byGateway = new HashMap<>();
    for (Portion portion : portions) {
      route(portion, places, byGateway);
    }
    failPoints.at(MessageStep.FANOUT_BEFORE_DELIVER);
    gateways.deliver(byGateway);
    failPoints.at(MessageStep.FANOUT_AFTER_DELIVER);
    long now = System.nanoTime();
    for (Portion portion : portions) {
      metrics.messages.add(portion.messages().size());
      if (portion.committedAt() != 0) {
        metrics.delay.recordNanos(now - portion.committedAt());
      }
    }
  }

  private void route(
      Portion portion, Whereabouts.Places places, Map<String, List<Delivery>> byGateway) {
    boolean uniform = portion.uniform();
    Map<String, List<String>> users = Map.of();
    for (TracedMessage traced : portion.messages()) {
      StoredMessage message = traced.message();
      if (!uniform || message.seq() == portion.firstSeq()) {
        users = usersByGateway(portion.members(), message.seq(), places);
      }
      add(portion.lane().tenure(), traced, users, byGateway);
    }
  }

  private void add(
      Tenure tenure,
      TracedMessage traced,
      Map<String, List<String>> users,
      Map<String, List<Delivery>> byGateway) {
    Span span = telemetry.span("message.fanout", traced.traceparent());
    span.setAttribute("carillon.seq", traced.message().seq());
    span.setAttribute("carillon.gateways", users.size());
    String trace =
        span.isRecording() ? TraceParent.of(Context.root().with(span)) : traced.traceparent();
    users.forEach((gateway, here) ->
        byGateway
            .computeIfAbsent(gateway, added -> new ArrayList<>())
            .add(new Delivery(traced.message(), here, tenure.slot(), tenure.epoch(), trace)));
    metrics.deliveries.add(users.size());
    span.end();
  }

  private static Map<String, List<String>> usersByGateway(
      List<Member> members, long seq, Whereabouts.Places places) {
    Map<String, List<String>> users = new HashMap<>();
    for (Member member : members) {
      if (member.receives(seq)) {
        for (String gateway : places.of(member.userId())) {
          users.computeIfAbsent(gateway, added -> new ArrayList<>()).add(member.userId());
        }
      }
    }
    return users;
  }

  @Override
  public void close() {
    workers.close();
  }
}
