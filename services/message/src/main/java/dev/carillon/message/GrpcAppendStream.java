package dev.carillon.message;

import dev.carillon.message.append.Outcome;
import dev.carillon.message.append.Replies;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.AppendRequest;
import dev.carillon.message.v1.AppendResponse;
import dev.carillon.message.v1.AppendResult;
import dev.carillon.message.v1.Appended;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.stream.CreditedStream;
import io.grpc.stub.StreamObserver;

/// One caller's stream of messages to append.
///
/// Items come in on the event loop, are checked one by one and go to the writers' queues; one that
/// is malformed is refused alone. Answers leave from the writers' threads, those of one batch in
/// one frame. A caller may have [#MAX_UNANSWERED] items unanswered.
final class GrpcAppendStream extends CreditedStream<AppendRequest, AppendResponse>
    implements Replies {
  private static final int MAX_UNANSWERED = 10_000;
  private static final int MAX_ITEMS = 1_000;
  private static final int MAX_RESULTS = 1_000;

  private final ConversationService conversations;
  private final AppendSpans spans;
  private AppendResponse.Builder answers = AppendResponse.newBuilder();

  GrpcAppendStream(
      ConversationService conversations, StreamObserver<AppendResponse> caller, AppendSpans spans) {
    super(caller, MAX_UNANSWERED);
    this.conversations = conversations;
    this.spans = spans;
  }

  @Override
  protected int weight(AppendRequest request) {
    return request.getItemsCount();
  }

  @Override
  protected void received(AppendRequest request) {
    int items = request.getItemsCount();
    if (items == 0 || items > MAX_ITEMS) {
      throw new Refusal(
          RuntimeReason.REQUEST_INVALID, "items: " + items + " (expected: 1 to " + MAX_ITEMS + ")");
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
  public void answer(long itemId, Outcome outcome) {
    spans.end(itemId, outcome);
    AppendResult result = result(itemId, outcome);
    synchronized (this) {
      answers.addResults(result);
      if (answers.getResultsCount() < MAX_RESULTS) {
        return;
      }
    }
    flush();
  }

  @Override
  public void flush() {
    AppendResponse frame;
    synchronized (this) {
      frame = answers.build();
      answers = AppendResponse.newBuilder();
    }
    if (frame.getResultsCount() > 0) {
      answer(frame, frame.getResultsCount());
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
  protected void ended() {
    spans.endAll();
  }
}
