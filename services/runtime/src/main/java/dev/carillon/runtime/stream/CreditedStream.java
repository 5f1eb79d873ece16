package dev.carillon.runtime.stream;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.grpc.Refusals;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One caller's long stream at the server, which reads only as far as it has answered.
///
/// What was read and not answered is limited: beyond that, and while the caller does not read its
/// answers, nothing more is read, and flow control stops the caller. The stream ends when the
/// caller has ended its half and all is answered, when it drains, with `SHUTTING_DOWN`, and when it
/// is refused or cancelled. Frames come one at a time, on the event loop; answers may come from any
/// thread.
///
/// @param <Q> a frame of the caller
/// @param <R> a frame to the caller
public abstract class CreditedStream<Q, R> implements StreamObserver<Q> {
  private static final Logger LOG = LoggerFactory.getLogger(CreditedStream.class);

  /// How many frames may be on their way from the network to here.
  private static final int FRAMES_AHEAD = 16;

  private final ServerCallStreamObserver<R> caller;
  private final int limit;
  private Runnable deregister = () -> {};
  private int requested;
  private int unanswered;
  private boolean halfClosed;
  private boolean draining;
  private boolean ended;

  /// @param caller what the service's method was given
  /// @param limit the weight of what may be unanswered
  protected CreditedStream(StreamObserver<R> caller, int limit) {
    this.caller = (ServerCallStreamObserver<R>) caller;
    this.limit = limit;
  }

  /// A frame has come. Must not block.
  ///
  /// @throws Refusal to end the stream with it
  protected abstract void received(Q frame);

  /// How much a frame counts until it is answered.
  protected int weight(Q frame) {
    return 1;
  }

  /// Called once, on any thread, when nothing comes or leaves any more.
  protected void onEnded() {}

  /// Sends an answer to frames, or parts of them, that weigh so much; after the end it is dropped.
  /// Never throws: a stream over which nothing can be sent ends as if its caller had cancelled it.
  protected final void answer(R response, int weight) {
    try {
      synchronized (this) {
        unanswered -= weight;
        if (!ended) {
          caller.onNext(response);
        }
      }
    } catch (RuntimeException | Error failure) {
      LOG.warn("an answer could not be sent, its stream ends", failure);
      cancelled();
    }
    completeOrRequest();
  }

  /// Whether the caller reads what it is sent.
  protected final boolean isReady() {
    return caller.isReady();
  }

  /// Ends the stream at once.
  protected final void end(Refusal refusal) {
    endWith(() -> caller.onError(Refusals.toStatusException(refusal)));
  }

  /// Begins to read; while the call is being set up.
  final void begin(Runnable whenEnded) {
    deregister = whenEnded;
    caller.disableAutoRequest();
    caller.setOnReadyHandler(this::completeOrRequest);
    caller.setOnCancelHandler(this::cancelled);
    request(credit());
  }

  /// Answers what was read and ends the stream, so that the caller goes elsewhere.
  final void drain() {
    synchronized (this) {
      draining = true;
    }
    completeOrRequest();
  }

  @Override
  public final void onNext(Q frame) {
    synchronized (this) {
      requested--;
      if (ended || draining) {
        return;
      }
      unanswered += weight(frame);
    }
    try {
      received(frame);
    } catch (Refusal refusal) {
      end(refusal);
    } catch (RuntimeException | Error bug) {
      cancelled();
      throw bug;
    }
    completeOrRequest();
  }

  @Override
  public final void onCompleted() {
    synchronized (this) {
      halfClosed = true;
    }
    completeOrRequest();
  }

  @Override
  public final void onError(Throwable failure) {
    cancelled();
  }

  /// Ends the stream when all is answered and nothing more is to come; else requests what may come.
  private void completeOrRequest() {
    boolean over;
    int more;
    synchronized (this) {
      over = unanswered == 0 && (halfClosed || draining);
      more = over || ended || draining || !caller.isReady() ? 0 : credit();
    }
    if (over) {
      // No frame is taken any more, so it stays over.
      endWith(this::complete);
    } else {
      request(more);
    }
  }

  private void complete() {
    if (halfClosed) {
      caller.onCompleted();
    } else {
      caller.onError(
          Refusals.toStatusException(
              new Refusal(RuntimeReason.SHUTTING_DOWN, "this instance is draining")));
    }
  }

  /// How many more frames may come now; they count as requested from here on.
  private synchronized int credit() {
    int more = Math.max(0, Math.min(FRAMES_AHEAD, limit - unanswered) - requested);
    requested += more;
    return more;
  }

  /// Requests frames. Not under the lock: a frame that is here already is delivered by this very
  /// call when the transport runs on the calling thread.
  private void request(int more) {
    if (more > 0) {
      caller.request(more);
    }
  }

  private void cancelled() {
    endWith(() -> {});
  }

  /// Ends the stream, unless it has ended, with what the caller is sent last.
  private void endWith(Runnable last) {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      last.run();
    }
    deregister.run();
    onEnded();
  }

  /// The streams that a service's callers have open, so that it can end them when it drains.
  /// Thread-safe.
  public static final class OpenStreams {
    private final Set<CreditedStream<?, ?>> open = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    /// Begins to read a stream; to be called by the service's method, which returns it.
    public <S extends CreditedStream<?, ?>> S begin(S stream) {
      open.add(stream);
      stream.begin(() -> open.remove(stream));
      if (draining) {
        stream.drain();
      }
      return stream;
    }

    /// Ends every stream as soon as what was read from it is answered, from now on also those that
    /// are opened.
    public void drain() {
      draining = true;
      open.forEach(CreditedStream::drain);
    }
  }
}
