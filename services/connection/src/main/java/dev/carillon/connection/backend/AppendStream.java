package dev.carillon.connection.backend;

import dev.carillon.message.v1.AppendRequest;
import dev.carillon.message.v1.AppendResponse;
import dev.carillon.message.v1.AppendResult;
import dev.carillon.message.v1.MessageServiceGrpc;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.failpoints.FailPoint;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.lifecycle.PacedTask;
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The one Append stream from this gateway to one message instance.
///
/// Items are gathered for a moment: one event loop takes what has queued and sends it as one
/// request, no oftener than at an interval, as long as the stream is ready. Results come back on
/// the event loop of the channel.
final class AppendStream implements ClientResponseObserver<AppendRequest, AppendResponse> {
  private static final int BATCH_ITEMS = 500;
  private static final int BATCH_BYTES = 1 << 20;

  private final String address;
  private final ScheduledExecutorService loop;
  private final Listener listener;
  private final FailPoints failPoints;
  private final Queue<PendingAppend> queue = new ConcurrentLinkedQueue<>();
  private final Map<Long, PendingAppend> unanswered = new ConcurrentHashMap<>();
  private final PacedTask sending;
  private final AtomicBoolean ended = new AtomicBoolean();
  private @Nullable ClientCallStreamObserver<AppendRequest> requests;

  /// Hears what becomes of the items of a stream; calls come on event loops and must not block.
  interface Listener {
    /// The owner has answered.
    void result(PendingAppend item, AppendResult result);

    /// The stream is gone; what became of these items is not known.
    void broken(AppendStream stream, List<PendingAppend> unanswered);
  }

  private AppendStream(
      String address,
      ScheduledExecutorService loop,
      Duration interval,
      Listener listener,
      FailPoints failPoints) {
    this.address = address;
    this.loop = loop;
    this.sending = new PacedTask(loop, interval, this::send);
    this.listener = listener;
    this.failPoints = failPoints;
  }

  /// Opens a stream over a channel whose callbacks run on the event loop.
  ///
  /// @param interval from one request to the next, at least
  static AppendStream open(
      String address,
      Channel channel,
      ScheduledExecutorService loop,
      Duration interval,
      Listener listener,
      FailPoints failPoints) {
    AppendStream stream = new AppendStream(address, loop, interval, listener, failPoints);
    MessageServiceGrpc.newStub(channel).append(stream);
    return stream;
  }

  String address() {
    return address;
  }

  /// Queues an item; when the stream has ended meanwhile, [Listener#broken] hears of it.
  void offer(PendingAppend item) {
    unanswered.put(item.itemId, item);
    queue.add(item);
    if (ended.get()) {
      // Not here: whoever offers holds the lane of its slot, and what comes back wants other lanes.
      loop.execute(this::giveBack);
    } else {
      sending.ask();
    }
  }

  /// The item's answer is not wanted from here any more.
  void forget(PendingAppend item) {
    unanswered.remove(item.itemId);
  }

  /// Drops from the queue what is not to be sent any more.
  void letGo() {
    queue.removeIf(item -> !unanswered.containsKey(item.itemId));
  }

  /// How many items wait to be sent, those counted that will not be.
  int queued() {
    return queue.size();
  }

  /// Says that nothing more will be sent; answers still come.
  void close() {
    loop.execute(() -> {
      ClientCallStreamObserver<AppendRequest> open = requests;
      if (open != null && !ended.get()) {
        open.onCompleted();
      }
    });
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<AppendRequest> toOwner) {
    requests = toOwner;
    toOwner.setOnReadyHandler(sending::ask);
  }

  @Override
  public void onNext(AppendResponse response) {
    // What it throws ends the stream, as a lost answer does.
    failPoints.at(FailPoint.CONNECTION_ACK_BEFORE_WRITE);
    for (AppendResult result : response.getResultsList()) {
      PendingAppend item = unanswered.remove(result.getItemId());
      if (item != null) {
        listener.result(item, result);
      }
    }
    failPoints.at(FailPoint.CONNECTION_ACK_AFTER_WRITE);
  }

  @Override
  public void onError(Throwable failure) {
    end();
  }

  @Override
  public void onCompleted() {
    end();
  }

  private void send() {
    ClientCallStreamObserver<AppendRequest> toOwner = requests;
    while (toOwner != null && !ended.get() && toOwner.isReady() && !queue.isEmpty()) {
      AppendRequest.Builder batch = AppendRequest.newBuilder();
      int bytes = 0;
      while (batch.getItemsCount() < BATCH_ITEMS && bytes < BATCH_BYTES) {
        PendingAppend item = queue.poll();
        if (item == null) {
          break;
        }
        if (unanswered.containsKey(item.itemId)) {
          batch.addItems(item.outgoing());
          bytes += item.size();
        }
      }
      if (batch.getItemsCount() > 0) {
        forward(toOwner, batch.build());
      }
    }
  }

  private void forward(ClientCallStreamObserver<AppendRequest> toOwner, AppendRequest batch) {
    try {
      failPoints.at(FailPoint.CONNECTION_APPEND_BEFORE_FORWARD);
    } catch (Refusal lost) {
      toOwner.cancel(lost.getMessage(), lost);
      return;
    }
    toOwner.onNext(batch);
    failPoints.at(FailPoint.CONNECTION_APPEND_AFTER_FORWARD);
  }

  private void end() {
    if (ended.compareAndSet(false, true)) {
      giveBack();
    }
  }

  private void giveBack() {
    List<PendingAppend> given = new ArrayList<>();
    for (PendingAppend item : List.copyOf(unanswered.values())) {
      if (unanswered.remove(item.itemId, item)) {
        given.add(item);
      }
    }
    listener.broken(this, given);
  }
}
