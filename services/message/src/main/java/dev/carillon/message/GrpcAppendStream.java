package dev.carillon.message;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.carillon.message.append.AppendQueue;
import dev.carillon.message.append.Change;
import dev.carillon.message.append.Outcome;
import dev.carillon.message.append.Replies;
import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.ClientMessageId;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.MessageBody;
import dev.carillon.message.conversation.MessageError;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.AppendRequest;
import dev.carillon.message.v1.AppendResponse;
import dev.carillon.message.v1.AppendResult;
import dev.carillon.message.v1.Appended;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.grpc.RequestValidator;
import dev.carillon.runtime.stream.CreditedStream;
import dev.carillon.runtime.telemetry.TraceParent;
import dev.carillon.type.v1.Body;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// One caller's stream of messages to append.
///
/// Items come in on the event loop, are checked one by one and go to the writers' queue; one that
/// is malformed is refused alone. Answers leave from the writers' threads, those of one batch in
/// one frame. A caller may have [#MAX_UNANSWERED] items unanswered.
final class GrpcAppendStream extends CreditedStream<AppendRequest, AppendResponse>
    implements Replies {
  private static final int MAX_UNANSWERED = 10_000;
  private static final int MAX_ITEMS = 1_000;
  private static final int MAX_RESULTS = 1_000;

  private final AppendQueue queue;
  private final int bodyLimit;
  private final Tracer tracer;

  /// The spans of traced items, from their arrival to their answer.
  private final Map<Long, Span> spans = new ConcurrentHashMap<>();

  private AppendResponse.Builder answers = AppendResponse.newBuilder();

  /// @param bodyLimit how many bytes a body may have
  GrpcAppendStream(
      StreamObserver<AppendResponse> caller, AppendQueue queue, int bodyLimit, Tracer tracer) {
    super(caller, MAX_UNANSWERED);
    this.queue = queue;
    this.bodyLimit = bodyLimit;
    this.tracer = tracer;
  }

  /// Has the validator learn the rules of bodies, which takes the first of a process long.
  static void learn() {
    RequestValidator.shared().learn(Body.getDefaultInstance());
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
      String traceparent = item.getTraceparent().isEmpty() ? "" : beginSpan(item);
      queue.submit(post(item, traceparent, bodyLimit), this, item.getItemId());
    } catch (Refusal refusal) {
      answer(item.getItemId(), new Outcome.Refused(refusal));
    }
  }

  /// Begins the item's span.
  ///
  /// @return the traceparent for what the item causes
  private String beginSpan(AppendItem item) {
    Span span =
        tracer
            .spanBuilder("message.append")
            .setSpanKind(SpanKind.SERVER)
            .setParent(TraceParent.toContext(item.getTraceparent()))
            .startSpan();
    Span before = spans.put(item.getItemId(), span);
    if (before != null) {
      before.end();
    }
    return TraceParent.of(span);
  }

  /// The post that an item asks for: the one place where an item is validated and its body parsed.
  /// The body is stored and delivered as the bytes in which it came.
  ///
  /// @param traceparent the span of the append; empty when it is not traced
  /// @throws Refusal REQUEST_INVALID when the item or its body breaks a rule of the contract,
  ///   BODY_INVALID when the body is of a kind that users may not send, BODY_TOO_LARGE when it has
  ///   more bytes than `bodyLimit`
  static Change.Post post(AppendItem item, String traceparent, int bodyLimit) {
    RequestValidator.shared().check(item);
    MessageKey key =
        new MessageKey(
            ConversationId.of(item.getConversationId().toByteArray()),
            item.getSender(),
            ClientMessageId.of(item.getClientMessageId().toByteArray()));
    MessageBody body = body(item.getBody());
    int size = body.bytes().length;
    if (size > bodyLimit) {
      throw new Refusal(
          MessageError.BODY_TOO_LARGE,
          "body: " + size + " bytes (expected: " + bodyLimit + " at most)");
    }
    return new Change.Post(key, item.getDirectPeer(), body, item.getResend(), traceparent);
  }

  private static MessageBody body(ByteString bytes) {
    Body body;
    try {
      body = Body.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new Refusal(
          RuntimeReason.REQUEST_INVALID, "body: not readable (expected: a serialized Body)", e);
    }
    BodyKind kind = kind(body);
    RequestValidator.shared().check(body, "body");
    return new MessageBody(kind, targetSeq(body), bytes.toByteArray());
  }

  private static BodyKind kind(Body body) {
    return switch (body.getContentCase()) {
      case TEXT -> BodyKind.TEXT;
      case BINARY -> BodyKind.BINARY;
      case CUSTOM -> BodyKind.CUSTOM;
      case MEDIA -> BodyKind.MEDIA;
      case EDIT -> BodyKind.EDIT;
      case RECALL -> BodyKind.RECALL;
      case REACTION -> BodyKind.REACTION;
      case MEMBERSHIP, CONTENT_NOT_SET ->
          throw new Refusal(
              MessageError.BODY_INVALID,
              "body: " + body.getContentCase() + " (expected: a kind that clients may send)");
    };
  }

  private static long targetSeq(Body body) {
    return switch (body.getContentCase()) {
      case EDIT -> {
        requireContent(body.getEdit().getBody());
        yield body.getEdit().getTargetSeq();
      }
      case RECALL -> body.getRecall().getTargetSeq();
      case REACTION -> body.getReaction().getTargetSeq();
      case TEXT, BINARY, CUSTOM, MEDIA, MEMBERSHIP, CONTENT_NOT_SET -> 0;
    };
  }

  private static void requireContent(Body edited) {
    switch (edited.getContentCase()) {
      case TEXT, BINARY, CUSTOM, MEDIA -> {}
      case EDIT, RECALL, REACTION, MEMBERSHIP, CONTENT_NOT_SET ->
          throw new Refusal(
              MessageError.BODY_INVALID,
              "edit.body: " + edited.getContentCase() + " (expected: text, binary, custom, media)");
    }
  }

  @Override
  public void answer(long itemId, Outcome outcome) {
    AppendResult.Builder result = AppendResult.newBuilder().setItemId(itemId);
    Span span = spans.isEmpty() ? null : spans.remove(itemId);
    switch (outcome) {
      case Outcome.Stored stored -> {
        result.setAppended(
            Appended.newBuilder()
                .setSeq(stored.seq())
                .setPrevSeq(stored.prevSeq())
                .setDuplicate(stored.duplicate()));
        if (span != null) {
          span.setAttribute("carillon.seq", stored.seq());
        }
      }
      case Outcome.Refused refused -> {
        result.setRefusal(Refusals.toFrame(refused.refusal()));
        if (span != null) {
          span.setStatus(StatusCode.ERROR, refused.refusal().reason().name());
        }
      }
      case Outcome.MembersChanged _ ->
          throw new IllegalStateException("a membership change on an append stream");
    }
    if (span != null) {
      span.end();
    }
    add(result.build());
  }

  private void add(AppendResult result) {
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

  /// Ends all spans: nobody will be answered any more.
  @Override
  protected void onEnded() {
    spans.values().forEach(Span::end);
    spans.clear();
  }
}
