package dev.carillon.message;

import dev.carillon.message.conversation.ConversationService;
import dev.carillon.message.conversation.Outcome;
import dev.carillon.message.conversation.Replies;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.AppendRequest;
import dev.carillon.message.v1.AppendResponse;
import dev.carillon.message.v1.AppendResult;
import dev.carillon.message.v1.Appended;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.grpc.Refusals;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.function.Consumer;

/// One caller's stream of messages to append.
///
/// Items come in on the event loop, are checked one by one and go to the writers' queues; one that
/// is malformed is refused alone. Answers leave from the writers' threads, those of one batch in
/// one frame. A caller may have [#MAX_UNANSWERED] items unanswered or unread: beyond that the
/// stream reads no further, and flow control stops the caller.
final class GrpcAppendStream implements StreamObserver<AppendRequest>, Replies {
  private static final int MAX_UNANSWERED = 10_000;
  private static final int FRAMES_AHEAD = 64;
  private static final int MAX_ITEMS = 1_000;
  private static final int MAX_RESULTS = 1_000;

  private final ConversationService conversations;
  private final ServerCallStreamObserver<AppendResponse> caller;
  private final AppendSpans spans;
  private final Consumer<GrpcAppendStream> onEnd;
  private AppendResponse.Builder answers = AppendResponse.newBuilder();
  private int unanswered;
  private int creditOwed;
  private boolean halfClosed;
  private boolean draining;
  private boolean ended;

  /// @param onEnd is called once, when nothing comes or leaves any more
  GrpcAppendStream(
      ConversationService conversations,
      ServerCallStreamObserver<AppendResponse> caller,
      AppendSpans spans,
      Consumer<GrpcAppendStream> onEnd) {
    this.conversations = conversations;
    this.caller = caller;
    this.spans = spans;
    this.onEnd = onEnd;
  }

  /// Begins to read; to be called while the call is being set up.
  void open() {
    caller.disableAutoRequest();
    caller.setOnReadyHandler(this::flush);
    caller.setOnCancelHandler(this::cancelled);
    caller.request(FRAMES_AHEAD);
  }

  @Override
  public void onNext(AppendRequest request) {
    synchronized (this) {
      if (ended || draining) {
        return;
      }
      unanswered += request.getItemsCount();
      creditOwed++;
    }
    int items = request.getItemsCount();
    if (items == 0 || items > MAX_ITEMS) {
      String problem = "items: " + items + " (expected: 1 to " + MAX_ITEMS + ")";
      end(new Refusal(RuntimeReason.REQUEST_INVALID, problem));
      return;
    }
    request.getItemsList().forEach(this::submit);
    flush();
  }

  private void submit(AppendItem item) {
    try {
      String traceparent = spans.begin(item.getItemId(), item.getTraceparent());
      conversations.append(GrpcPosts.post(item, traceparent), this, item.getItemId());
    } catch (Refusal refusal) {
      answer(item.getItemId(), new Outcome.Refused(refusal));
    }
  }

  @Override
  public synchronized void answer(long itemId, Outcome outcome) {
    unanswered--;
    spans.end(itemId, outcome);
    if (!ended) {
      answers.addResults(result(itemId, outcome));
    }
  }

  @Override
  public synchronized void flush() {
    if (ended) {
      return;
    }
    if (answers.getResultsCount() > 0 && caller.isReady()) {
      send();
    }
    if (creditOwed > 0 && !draining && waiting() < MAX_UNANSWERED) {
      caller.request(creditOwed);
      creditOwed = 0;
    }
    endIfDone();
  }

  private int waiting() {
    return unanswered + answers.getResultsCount();
  }

  private void send() {
    AppendResponse all = answers.build();
    answers = AppendResponse.newBuilder();
    if (all.getResultsCount() <= MAX_RESULTS) {
      caller.onNext(all);
      return;
    }
    for (int from = 0; from < all.getResultsCount(); from += MAX_RESULTS) {
      int to = Math.min(all.getResultsCount(), from + MAX_RESULTS);
      caller.onNext(
          AppendResponse.newBuilder()
              .addAllResults(all.getResultsList().subList(from, to))
              .build());
    }
  }

  private static AppendResult result(long itemId, Outcome outcome) {
    AppendResult.Builder result = AppendResult.newBuilder().setItemId(itemId);
    switch (outcome) {
      case Outcome.Stored stored ->
          result.setAppended(
              Appended.newBuilder()
                  .setSeq(stored.seq())
                  .setPrevSeq(stored.prevSeq())
                  .setDuplicate(stored.duplicate()));
      case Outcome.Refused refused -> result.setRefusal(Refusals.toFrame(refused.refusal()));
      case Outcome.MembersChanged _ ->
          throw new IllegalStateException("a membership change on an append stream");
    }
    return result.build();
  }

  @Override
  public synchronized void onCompleted() {
    halfClosed = true;
    endIfDone();
  }

  @Override
  public void onError(Throwable failure) {
    cancelled();
  }

  /// Answers what was read and ends the stream, so that the caller goes elsewhere.
  synchronized void drain() {
    draining = true;
    endIfDone();
  }

  private void endIfDone() {
    if (ended || waiting() > 0) {
      return;
    }
    if (halfClosed) {
      ended = true;
      caller.onCompleted();
      finish();
    } else if (draining) {
      end(new Refusal(RuntimeReason.SHUTTING_DOWN, "this instance is draining"));
    }
  }

  private synchronized void end(Refusal refusal) {
    if (!ended) {
      ended = true;
      caller.onError(Refusals.toStatusException(refusal));
      finish();
    }
  }

  private synchronized void cancelled() {
    if (!ended) {
      ended = true;
      finish();
    }
  }

  private void finish() {
    spans.endAll();
    onEnd.accept(this);
  }
}
