package dev.carillon.message.fanout;

import dev.carillon.connection.v1.DeliverRequest;
import dev.carillon.connection.v1.DeliverResponse;
import dev.carillon.connection.v1.Delivery;
import dev.carillon.connection.v1.DeliveryServiceGrpc.DeliveryServiceStub;
import dev.carillon.runtime.lifecycle.Backoff;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The stream of deliveries to one gateway, opened anew whenever it breaks.
///
/// Deliveries wait while the gateway's window is full, up to a limit; what comes then is dropped.
/// Batches that were not answered when the stream broke are sent again first, so that the order
/// stays; devices drop what they hold already.
final class GrpcGatewayLink implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GrpcGatewayLink.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2));
  private static final int MAX_WAITING = 20_000;
  private static final long MAX_WAITING_BYTES = 32L << 20;
  private static final int MAX_UNANSWERED = 64;
  private static final int BATCH_DELIVERIES = 500;
  private static final int BATCH_BYTES = 512 << 10;

  private final String gateway;
  private final Supplier<DeliveryServiceStub> stub;
  private final ScheduledExecutorService timer;
  private final GatewayMetrics metrics;

  private final Object lock = new Object();
  private final Deque<Delivery> waiting = new ArrayDeque<>();
  private final Deque<DeliverRequest> again = new ArrayDeque<>();
  private final Deque<DeliverRequest> unanswered = new ArrayDeque<>();
  private long waitingBytes;
  private long lastBatchId;
  private @Nullable Attempt current;
  private boolean pausing;
  private int failures;
  private boolean closed;

  /// A link over streams of fresh stubs, whose callbacks run on the event loop.
  GrpcGatewayLink(
      String gateway,
      Supplier<DeliveryServiceStub> stub,
      ScheduledExecutorService timer,
      GatewayMetrics metrics) {
    this.gateway = gateway;
    this.stub = stub;
    this.timer = timer;
    this.metrics = metrics;
  }

  int waiting() {
    synchronized (lock) {
      return waiting.size();
    }
  }

  /// Sends deliveries after all earlier ones; drops what exceeds the limits.
  void deliver(List<Delivery> deliveries) {
    synchronized (lock) {
      for (Delivery delivery : deliveries) {
        if (closed) {
          metrics.gone.increment();
        } else if (waiting.size() >= MAX_WAITING || waitingBytes >= MAX_WAITING_BYTES) {
          metrics.full.increment();
        } else {
          waiting.add(delivery);
          waitingBytes += delivery.getSerializedSize();
        }
      }
      if (current == null && !pausing && !closed) {
        open();
      }
      pump();
    }
  }

  private void open() {
    Attempt attempt = new Attempt();
    current = attempt;
    stub.get().deliver(attempt);
  }

  private void pump() {
    Attempt attempt = current;
    while (attempt != null && attempt.ready() && unanswered.size() < MAX_UNANSWERED) {
      DeliverRequest next = again.isEmpty() ? nextBatch() : again.remove();
      if (next == null) {
        return;
      }
      unanswered.add(next);
      metrics.batches.increment();
      attempt.send(next);
    }
  }

  private @Nullable DeliverRequest nextBatch() {
    if (waiting.isEmpty()) {
      return null;
    }
    DeliverRequest.Builder batch = DeliverRequest.newBuilder().setBatchId(++lastBatchId);
    int bytes = 0;
    while (!waiting.isEmpty()
        && bytes < BATCH_BYTES
        && batch.getDeliveriesCount() < BATCH_DELIVERIES) {
      Delivery delivery = waiting.remove();
      int size = delivery.getSerializedSize();
      waitingBytes -= size;
      bytes += size;
      batch.addDeliveries(delivery);
    }
    return batch.build();
  }

  private void answered(DeliverResponse response) {
    failures = 0;
    if (!unanswered.isEmpty() && unanswered.peek().getBatchId() == response.getBatchId()) {
      unanswered.remove();
    } else {
      unanswered.removeIf(batch -> batch.getBatchId() == response.getBatchId());
    }
    metrics.absent.add(response.getAbsentUserIdsCount());
    if (response.hasRefusal()) {
      metrics.stale.increment();
    }
  }

  private void broken(Status status) {
    current = null;
    failures++;
    metrics.broken.increment();
    if (status.getCode() == Status.Code.INVALID_ARGUMENT) {
      // It would break the next stream as well; devices find what is lost by their mailboxes.
      log.error("gateway {} refused a batch: {}", gateway, status.getDescription());
      unanswered.forEach(batch -> metrics.gone.add(batch.getDeliveriesCount()));
      unanswered.clear();
    }
    while (!unanswered.isEmpty()) {
      again.addFirst(unanswered.removeLast());
    }
    if (!closed) {
      pause();
    }
  }

  private void pause() {
    pausing = true;
    try {
      timer.schedule(this::resume, BACKOFF.delay(failures).toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("closed, not opening a stream to {} again", gateway);
    }
  }

  private void resume() {
    synchronized (lock) {
      pausing = false;
      if (!closed && current == null && !(waiting.isEmpty() && again.isEmpty())) {
        open();
      }
    }
  }

  /// Ends the stream; what waits is dropped.
  @Override
  public void close() {
    synchronized (lock) {
      if (!closed) {
        closed = true;
        metrics.gone.add(waiting.size());
        waiting.clear();
        again.clear();
        unanswered.clear();
        waitingBytes = 0;
        Attempt attempt = current;
        current = null;
        if (attempt != null) {
          attempt.complete();
        }
      }
    }
  }

  /// One stream. Its callbacks count only while it is the current one.
  private final class Attempt implements ClientResponseObserver<DeliverRequest, DeliverResponse> {
    private @Nullable ClientCallStreamObserver<DeliverRequest> requests;

    @Override
    public void beforeStart(ClientCallStreamObserver<DeliverRequest> stream) {
      requests = stream;
      stream.setOnReadyHandler(() -> locked(GrpcGatewayLink.this::pump));
    }

    boolean ready() {
      return requests != null && requests.isReady();
    }

    void send(DeliverRequest batch) {
      if (requests != null) {
        requests.onNext(batch);
      }
    }

    void complete() {
      if (requests != null) {
        requests.onCompleted();
      }
    }

    @Override
    public void onNext(DeliverResponse response) {
      locked(() -> {
        answered(response);
        pump();
      });
    }

    @Override
    public void onError(Throwable failure) {
      locked(() -> broken(Status.fromThrowable(failure)));
    }

    @Override
    public void onCompleted() {
      locked(() -> broken(Status.UNAVAILABLE.withDescription("the gateway ended the stream")));
    }

    private void locked(Runnable step) {
      synchronized (lock) {
        if (current == this) {
          step.run();
        }
      }
    }
  }
}
