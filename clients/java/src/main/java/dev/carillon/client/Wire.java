package dev.carillon.client;

import com.google.protobuf.ByteString;
import dev.carillon.type.v1.Binary;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Custom;
import dev.carillon.type.v1.Edit;
import dev.carillon.type.v1.MediaReference;
import dev.carillon.type.v1.Reaction;
import dev.carillon.type.v1.Recall;
import dev.carillon.type.v1.Text;
import java.time.Instant;

/// Converts messages and their contents to and from the protocol.
final class Wire {
  private Wire() {}

  /// The body of a content that may be sent.
  ///
  /// @throws IllegalArgumentException for contents that only the server writes
  static Body body(Content content) {
    Body.Builder body = Body.newBuilder();
    switch (content) {
      case Content.Text text -> body.setText(Text.newBuilder().setText(text.text()));
      case Content.Binary binary ->
          body.setBinary(
              Binary.newBuilder()
                  .setMediaType(binary.mediaType())
                  .setData(ByteString.copyFrom(binary.data())));
      case Content.Custom custom ->
          body.setCustom(
              Custom.newBuilder()
                  .setType(custom.type())
                  .setData(ByteString.copyFrom(custom.data())));
      case Content.Media media ->
          body.setMedia(
              MediaReference.newBuilder()
                  .setMediaId(media.mediaId())
                  .setMediaType(media.mediaType())
                  .setSize(media.size())
                  .setCaption(media.caption()));
      case Content.Edit edit ->
          body.setEdit(
              Edit.newBuilder().setTargetSeq(edit.targetSeq()).setBody(body(edit.content())));
      case Content.Recall recall ->
          body.setRecall(Recall.newBuilder().setTargetSeq(recall.targetSeq()));
      case Content.Reaction reaction ->
          body.setReaction(
              Reaction.newBuilder()
                  .setTargetSeq(reaction.targetSeq())
                  .setReaction(reaction.reaction())
                  .setRemoved(reaction.removed()));
      case Content.Membership notice -> throw receivedOnly(notice);
      case Content.Recalled recalled -> throw receivedOnly(recalled);
      case Content.Unknown unknown -> throw receivedOnly(unknown);
    }
    return body.build();
  }

  static Message message(dev.carillon.type.v1.Message message) {
    return new Message(
        ConversationId.of(message.getConversationId().toByteArray()),
        message.getSeq(),
        message.getPrevSeq(),
        message.getSender(),
        ClientMessageId.of(message.getClientMessageId().toByteArray()),
        Instant.ofEpochSecond(message.getStoredAt().getSeconds(), message.getStoredAt().getNanos()),
        message.hasRecalledBySeq()
            ? new Content.Recalled(message.getRecalledBySeq())
            : content(message.getBody()));
  }

  private static Content content(Body body) {
    return switch (body.getContentCase()) {
      case TEXT -> new Content.Text(body.getText().getText());
      case BINARY ->
          new Content.Binary(
              body.getBinary().getMediaType(), body.getBinary().getData().toByteArray());
      case CUSTOM ->
          new Content.Custom(body.getCustom().getType(), body.getCustom().getData().toByteArray());
      case MEDIA ->
          new Content.Media(
              body.getMedia().getMediaId(),
              body.getMedia().getMediaType(),
              body.getMedia().getSize(),
              body.getMedia().getCaption());
      case EDIT ->
          new Content.Edit(body.getEdit().getTargetSeq(), content(body.getEdit().getBody()));
      case RECALL -> new Content.Recall(body.getRecall().getTargetSeq());
      case REACTION ->
          new Content.Reaction(
              body.getReaction().getTargetSeq(),
              body.getReaction().getReaction(),
              body.getReaction().getRemoved());
      case MEMBERSHIP ->
          new Content.Membership(
              body.getMembership().getAddedList(), body.getMembership().getRemovedList());
      case CONTENT_NOT_SET -> new Content.Unknown();
    };
  }

  private static IllegalArgumentException receivedOnly(Content content) {
    return new IllegalArgumentException(
        "content: "
            + content.getClass().getSimpleName()
            + " (expected: Text, Binary, Custom, Media, Edit, Recall or Reaction)");
  }
}
