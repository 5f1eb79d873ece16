package dev.carillon.connection.http;

import com.google.protobuf.ByteString;
import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.backend.MessageClient;
import dev.carillon.message.v1.ListMessagesRequest;
import dev.carillon.message.v1.ListMessagesResponse;
import dev.carillon.type.v1.Message;
import dev.carillon.type.v1.Refusal;
import java.util.List;

/// Reads one conversation. A direct conversation without messages reads as empty.
record ConversationReader(MessageClient messages, String userId, RtmTarget target, int limit)
    implements Reader {
  @Override
  public void read(ReceivePosition from, Answer<Batch> answer) {
    ByteString conversationId = target.conversationId();
    ListMessagesRequest request =
        ListMessagesRequest.newBuilder()
            .setConversationId(conversationId)
            .setUserId(userId)
            .setAfterSeq(from.cursor(conversationId))
            .setLimit(limit)
            .build();
    messages.listMessages(
        request,
        new Answer<>() {
          @Override
          public void answered(ListMessagesResponse response) {
            List<Message> found = response.getMessagesList();
            ReceivePosition next =
                found.isEmpty() ? from : from.after(conversationId, found.getLast().getSeq());
            answer.answered(new Batch(found, next, response.getHasMore()));
          }

          @Override
          public void refused(Refusal refusal) {
            boolean direct = !target.peer().isEmpty();
            if (direct && refusal.getReason().equals("CONVERSATION_UNKNOWN")) {
              answer.answered(new Batch(List.of(), from, false));
            } else {
              answer.refused(refusal);
            }
          }
        });
  }
}
