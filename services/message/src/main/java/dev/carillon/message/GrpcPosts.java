package dev.carillon.message;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.carillon.message.append.Change;
import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.ClientMessageId;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.MessageBody;
import dev.carillon.message.conversation.MessageError;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.grpc.RequestValidator;
import dev.carillon.type.v1.Body;

/// Turns items of an append stream into posts: the one place where an item is validated and its
/// body parsed.
///
/// The body is stored and delivered as the bytes in which it came.
final class GrpcPosts {
  private static final String BODY = "body";

  private GrpcPosts() {}

  /// Has the validator learn the rules of bodies, which takes the first of a process long.
  static void learn() {
    RequestValidator.shared().learn(Body.getDefaultInstance());
  }

  /// The post that an item asks for.
  ///
  /// @param traceparent the span of the append; empty when it is not traced
  /// @throws Refusal REQUEST_INVALID when the item or its body breaks a rule of the contract,
  ///   BODY_INVALID when the body is of a kind that users may not send
  static Change.Post post(AppendItem item, String traceparent) {
    RequestValidator.shared().check(item);
    MessageKey key =
        new MessageKey(
            ConversationId.of(item.getConversationId().toByteArray()),
            item.getSender(),
            ClientMessageId.of(item.getClientMessageId().toByteArray()));
    return new Change.Post(
        key, item.getDirectPeer(), body(item.getBody()), item.getResend(), traceparent);
  }

  private static MessageBody body(ByteString bytes) {
    Body body = parse(bytes);
    BodyKind kind = kind(body);
    RequestValidator.shared().check(body, BODY);
    return MessageBody.referring(kind, targetSeq(body), bytes.toByteArray());
  }

  private static Body parse(ByteString bytes) {
    try {
      return Body.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new Refusal(
          RuntimeReason.REQUEST_INVALID, "body: not readable (expected: a serialized Body)", e);
    }
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
}
