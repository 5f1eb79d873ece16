package dev.carillon.message.fanout;

import dev.carillon.connection.v1.DeliverRequest;
import dev.carillon.connection.v1.DeliverResponse;
import dev.carillon.connection.v1.Delivery;
import dev.carillon.connection.v1.DeliveryServiceGrpc;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.stream.InstanceStream;
import dev.carillon.runtime.stream.InstanceStream.Exchange;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The stream of deliveries to one gateway.
///
/// Deliveries wait while the gateway's window is full, up to a limit; what comes then is dropped.
/// Batches that were not answered when a call broke are sent again first, so that the order stays;
/// devices drop what they have already.
final class GrpcGatewayLink implements Exchange<DeliverRequest, DeliverResponse>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GrpcGatewayLink.class);
  private static final int MAX_WAITING = 20_000;
  private static final long MAX_WAITING_BYTES = 32L << 20;
  private static final int MAX_UNANSWERED = 64;
  private static final int BATCH_DELIVERIES = 500;
  private static final int BATCH_BYTES = 512 << 10;

  private final String gateway;
  private final Supplier<Channel> channel;
  private final FanOutMetrics metrics;
  private final SynchronizationContext context = InstanceStream.newContext();
  private final InstanceStream<DeliverRequest, DeliverResponse> stream;

  private final Deque<Delivery> waiting = new ArrayDeque<>();
  private final Deque<DeliverRequest> again = new ArrayDeque<>();
  private final Deque<DeliverRequest> unanswered = new ArrayDeque<>();
  private volatile int size;
  private long waitingBytes;
  private long lastBatchId;
  private boolean closed;

  /// @param channel a channel to the gateway, with the callbacks of its calls on an event loop
  GrpcGatewayLink(
      String gateway,
      Supplier<Channel> channel,
      FanOutMetrics metrics,
      ScheduledExecutorService timer,
      LongSupplier nanos,
      BatchInterval interval) {
    this.gateway = gateway;
    this.channel = channel;
    this.metrics = metrics;
    this.stream = new InstanceStream<>(context, timer, nanos, interval, this);
  }

  /// How many deliveries wait; any thread.
  int waiting() {
    return size;
  }

  /// Sends deliveries after all earlier ones; drops what exceeds the limits.
  void deliver(List<Delivery> deliveries) {
    context.execute(() -> {
      deliveries.forEach(this::add);
      size = waiting.size();
      stream.wake();
    });
  }

  private void add(Delivery delivery) {
    if (closed) {
      metrics.gone.increment();
    } else if (waiting.size() >= MAX_WAITING || waitingBytes >= MAX_WAITING_BYTES) {
      metrics.full.increment();
    } else {
      waiting.add(delivery);
      waitingBytes += delivery.getSerializedSize();
    }
  }

  @Override
  public StreamObserver<DeliverRequest> open(StreamObserver<DeliverResponse> responses) {
    return DeliveryServiceGrpc.newStub(channel.get()).deliver(responses);
  }

  @Override
  public boolean hasNext() {
    return unanswered.size() < MAX_UNANSWERED && !(again.isEmpty() && waiting.isEmpty());
  }

  @Override
  public DeliverRequest next() {
    DeliverRequest next = again.isEmpty() ? nextBatch() : again.remove();
    unanswered.add(next);
    metrics.batches.increment();
    return next;
  }

  private DeliverRequest nextBatch() {
    DeliverRequest.Builder batch = DeliverRequest.newBuilder().setBatchId(++lastBatchId);
    int bytes = 0;
    while (!waiting.isEmpty()
        && bytes < BATCH_BYTES
        && batch.getDeliveriesCount() < BATCH_DELIVERIES) {
      Delivery delivery = waiting.remove();
      bytes += delivery.getSerializedSize();
      batch.addDeliveries(delivery);
    }
    waitingBytes -= bytes;
    size = waiting.size();
    return batch.build();
  }

  @Override
  public void received(DeliverResponse response) {
    unanswered.removeIf(batch -> batch.getBatchId() == response.getBatchId());
    metrics.absent.add(response.getAbsentUserIdsCount());
    if (response.hasRefusal()) {
      metrics.stale.increment();
    }
  }

  @Override
  public void broken(Status why) {
    metrics.broken.increment();
    if (why.getCode() == Status.Code.INVALID_ARGUMENT) {
      // It would break the next call as well; devices find what is lost by their mailboxes.
      LOG.error("gateway {} refused a batch: {}", gateway, why.getDescription());
      unanswered.forEach(batch -> metrics.gone.add(batch.getDeliveriesCount()));
      unanswered.clear();
    }
    while (!unanswered.isEmpty()) {
      again.addFirst(unanswered.removeLast());
    }
  }

  /// Ends the stream; what waits is dropped.
  @Override
  public void close() {
    context.execute(() -> {
      closed = true;
      metrics.gone.add(waiting.size());
      waiting.clear();
      again.clear();
      unanswered.clear();
      waitingBytes = 0;
      size = 0;
    });
    stream.close();
  }
}
