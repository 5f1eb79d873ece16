package dev.carillon.runtime.stream;

import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.lifecycle.Backoff;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import io.grpc.SynchronizationContext.ScheduledHandle;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One long bidirectional stream to one instance: a call that begins when there is something to
/// send and is followed by another, after a back-off, when it breaks.
///
/// Frames leave as long as the peer reads: at once and on the calling thread while the machine is
/// idle, with pauses as the [BatchInterval] says while it is busy, so that more travels in fewer
/// frames. All state belongs to the [SynchronizationContext], in which its [Exchange] is called
/// too: the thread that brings work runs it unless another thread is running it already, and no
/// thread ever waits.
public final class InstanceStream<Q, R> {
  private static final Logger LOG = LoggerFactory.getLogger(InstanceStream.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(2));

  /// What a frame costs at least, most of it the wake-up of the peer.
  public static final Duration FRAME_COST = Duration.ofNanos(300_000);

  private final SynchronizationContext context;
  private final ScheduledExecutorService timer;
  private final Exchange<Q, R> exchange;
  private final LongSupplier nanos;
  private final BatchInterval.Pauses pauses;
  private @Nullable Call current;
  // Whether frames are about to be sent.
  private boolean due;
  private int failures;
  // The end of the back-off, or of the pause between frames, while something waits for it.
  private @Nullable ScheduledHandle pause;
  private boolean closed;

  /// The content of a stream: makes its frames and takes its answers.
  ///
  /// All methods are called in the stream's context, one at a time. They must not block. What
  /// [#next] or [#received] throws ends the call, as a lost connection does.
  ///
  /// @param <Q> a frame that is sent
  /// @param <R> a frame that is received
  public interface Exchange<Q, R> {
    /// Begins a call.
    ///
    /// @param responses takes what comes back
    /// @return takes what is sent
    /// @throws IllegalStateException when there is no channel any more
    StreamObserver<Q> open(StreamObserver<R> responses);

    /// Whether there is something to send now.
    boolean hasNext();

    /// The next frame, asked for only when it can be sent at once; null when there is none after
    /// all.
    @Nullable Q next();

    /// The peer has answered.
    void received(R response);

    /// The call is over, and what became of the frames that were not answered is not known. Another
    /// call begins, after a pause, as soon as there is something to send.
    void broken(Status why);
  }

  /// A stream without a call yet.
  ///
  /// @param timer runs what has to wait; an event loop
  /// @param nanos a monotonic clock in nanoseconds
  /// @param interval how long to pause after a frame while busy
  public InstanceStream(
      SynchronizationContext context,
      ScheduledExecutorService timer,
      LongSupplier nanos,
      BatchInterval interval,
      Exchange<Q, R> exchange) {
    this.context = context;
    this.timer = timer;
    this.exchange = exchange;
    this.nanos = nanos;
    this.pauses = interval.pauses(nanos);
  }

  /// A context for streams and what stands on them.
  public static SynchronizationContext newContext() {
    return new SynchronizationContext((thread, bug) -> LOG.error("a stream's step failed", bug));
  }

  /// Has what there is sent as soon as the peer and the pause between frames allow, at the earliest
  /// after the steps that the context has to run already. In the context.
  public void wake() {
    if (due || pause != null) {
      return;
    }
    long left = pauses.left();
    if (left > 0) {
      pause(left);
    } else {
      due = true;
      context.execute(this::send);
    }
  }

  /// Whether a call goes on. In the context.
  public boolean isOpen() {
    return current != null;
  }

  /// Forgets earlier failures, so that a call begins at once when there is something to send: the
  /// peer is alive after all. In the context.
  public void endBackOff() {
    failures = 0;
    if (current == null && pause != null) {
      pause.cancel();
      resume();
    }
  }

  /// Ends the call, so that another one follows. In the context.
  public void giveUp(String why) {
    Call call = current;
    if (call != null) {
      if (call.control != null) {
        call.control.cancel(why, null);
      }
      broken(call, Status.CANCELLED.withDescription(why));
    }
  }

  /// Sends nothing more and ends the call in order; answers still come. Any thread.
  public void close() {
    context.execute(() -> {
      Call call = current;
      if (call != null && call.toPeer != null && !closed) {
        call.toPeer.onCompleted();
      }
      closed = true;
    });
  }

  private void send() {
    due = false;
    if (closed || pause != null) {
      return;
    }
    if (current == null && exchange.hasNext()) {
      open();
    }
    long begun = nanos.getAsLong();
    boolean sent = false;
    while (current != null && current.isReady() && exchange.hasNext()) {
      sendNext(current);
      sent = true;
    }
    if (sent) {
      pauses.worked(begun);
    }
  }

  private void open() {
    Call call = new Call();
    current = call;
    try {
      call.toPeer = exchange.open(call);
    } catch (RuntimeException | Error failure) {
      // With no channel, for instance. Without a call that breaks, none would follow.
      broken(call, Status.UNAVAILABLE.withCause(failure));
    }
  }

  private void sendNext(Call call) {
    orGiveUp(() -> {
      Q frame = exchange.next();
      if (frame != null && call.toPeer != null) {
        call.toPeer.onNext(frame);
      }
    });
  }

  private void received(Call call, R response) {
    if (call == current) {
      failures = 0;
      orGiveUp(() -> exchange.received(response));
      if (exchange.hasNext()) {
        wake();
      }
    }
  }

  private void orGiveUp(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error lost) {
      LOG.error("a stream is given up, a step of it failed", lost);
      giveUp(String.valueOf(lost.getMessage()));
    }
  }

  private void broken(Call call, Status why) {
    if (call != current) {
      return;
    }
    current = null;
    if (!closed) {
      failures++;
      pause(BACKOFF.delay(failures).toNanos());
    }
    exchange.broken(why);
  }

  /// Sends nothing for so many nanoseconds.
  private void pause(long delay) {
    if (pause != null) {
      pause.cancel();
      pause = null;
    }
    try {
      pause = context.schedule(this::resume, delay, TimeUnit.NANOSECONDS, timer);
    } catch (RejectedExecutionException e) {
      LOG.debug("the event loop is closed, nothing more is sent");
    }
  }

  private void resume() {
    pause = null;
    pauses.pauseFor(0);
    wake();
  }

  /// One call; its events count only while it is the current one.
  private final class Call implements ClientResponseObserver<Q, R> {
    private @Nullable StreamObserver<Q> toPeer;
    private @Nullable ClientCallStreamObserver<Q> control;

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> requests) {
      control = requests;
      requests.setOnReadyHandler(() -> context.execute(InstanceStream.this::wake));
    }

    boolean isReady() {
      return control != null && control.isReady();
    }

    @Override
    public void onNext(R response) {
      context.execute(() -> received(this, response));
    }

    @Override
    public void onError(Throwable failure) {
      context.execute(() -> broken(this, Status.fromThrowable(failure)));
    }

    @Override
    public void onCompleted() {
      context.execute(
          () -> broken(this, Status.UNAVAILABLE.withDescription("the peer ended the stream")));
    }
  }
}
