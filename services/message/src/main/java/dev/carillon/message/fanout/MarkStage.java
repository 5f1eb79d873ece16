package dev.carillon.message.fanout;

import dev.carillon.message.conversation.FanOutMark;
import dev.carillon.message.conversation.FanOutStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Moves the marks in the store behind the fan-out, lazily and in batches.
///
/// A mark that comes late costs a redo after a crash and nothing else, so a conversation is marked
/// when it has been quiet for a while, or when its slot is being handed over, or every few seconds
/// when it is never quiet.
final class MarkStage implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MarkStage.class);
  private static final Duration TICK = Duration.ofMillis(200);
  private static final Duration QUICK_TICK = Duration.ofMillis(10);
  private static final int BATCH = 200;

  private final FanOutStore store;
  private final FanOutConfig config;
  private final Supplier<List<Tenure>> tenures;
  private final FanOutMetrics metrics;
  private final Workers workers = new Workers();
  private final Semaphore wake = new Semaphore(0);

  MarkStage(
      FanOutStore store,
      FanOutConfig config,
      Supplier<List<Tenure>> tenures,
      FanOutMetrics metrics) {
    this.store = store;
    this.config = config;
    this.tenures = tenures;
    this.metrics = metrics;
  }

  void start() {
    workers.start("fanout-marks", this::tick);
  }

  /// Looks again at once: a slot is to be handed over.
  void hurry() {
    wake.release();
  }

  private void tick() throws InterruptedException {
    List<Tenure> now = tenures.get();
    boolean releasing = now.stream().anyMatch(Tenure::releasing);
    Duration pause = releasing ? QUICK_TICK : TICK;
    if (wake.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
      wake.drainPermits();
    }
    markAll();
  }

  private void markAll() {
    Map<Lane, FanOutMark> due = new HashMap<>();
    long now = System.nanoTime();
    for (Tenure tenure : tenures.get()) {
      for (Lane lane : tenure.lanes()) {
        OptionalLong seq = lane.markable(now, config);
        if (seq.isPresent()) {
          due.put(lane, new FanOutMark(lane.conversation(), seq.getAsLong()));
        }
      }
    }
    List<Lane> lanes = new ArrayList<>(due.keySet());
    for (int from = 0; from < lanes.size(); from += BATCH) {
      mark(lanes.subList(from, Math.min(from + BATCH, lanes.size())), due);
    }
    tenures.get().stream().filter(Tenure::releasing).forEach(Tenure::settle);
  }

  private void mark(List<Lane> lanes, Map<Lane, FanOutMark> due) {
    List<FanOutMark> marks = new ArrayList<>(lanes.size());
    lanes.forEach(lane -> marks.add(due.get(lane)));
    try {
      store.mark(marks);
    } catch (RuntimeException e) {
      metrics.storeFailures.increment();
      log.warn("marking {} conversations failed, trying again: {}", marks.size(), e.getMessage());
      return;
    }
    long now = System.nanoTime();
    for (int i = 0; i < lanes.size(); i++) {
      lanes.get(i).marked(marks.get(i).fannedSeq(), now);
    }
  }

  @Override
  public void close() {
    workers.close();
  }
}
