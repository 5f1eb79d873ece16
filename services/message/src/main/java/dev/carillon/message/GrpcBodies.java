package dev.carillon.message;

import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.MessageBody;
import dev.carillon.message.conversation.MessageError;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.type.v1.Body;

/// Turns bodies into their generated types and back; for messages see
/// [dev.carillon.message.conversation.GrpcMessages].
final class GrpcBodies {
  private GrpcBodies() {}

  /// A body as a user sent it.
  ///
  /// @throws Refusal BODY_INVALID when it is of a kind that users may not send
  static MessageBody body(Body body) {
    byte[] bytes = body.toByteArray();
    return switch (body.getContentCase()) {
      case TEXT -> MessageBody.of(BodyKind.TEXT, bytes);
      case BINARY -> MessageBody.of(BodyKind.BINARY, bytes);
      case CUSTOM -> MessageBody.of(BodyKind.CUSTOM, bytes);
      case MEDIA -> MessageBody.of(BodyKind.MEDIA, bytes);
      case EDIT -> {
        requireContent(body.getEdit().getBody());
        yield MessageBody.referring(BodyKind.EDIT, body.getEdit().getTargetSeq(), bytes);
      }
      case RECALL -> MessageBody.referring(BodyKind.RECALL, body.getRecall().getTargetSeq(), bytes);
      case REACTION ->
          MessageBody.referring(BodyKind.REACTION, body.getReaction().getTargetSeq(), bytes);
      case MEMBERSHIP, CONTENT_NOT_SET ->
          throw new Refusal(
              MessageError.BODY_INVALID,
              "body: " + body.getContentCase() + " (expected: a kind that users may send)");
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
