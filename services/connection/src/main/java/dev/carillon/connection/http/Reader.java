package dev.carillon.connection.http;

import com.google.protobuf.ByteString;
import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.backend.MessageClient;
import dev.carillon.message.v1.ListMessagesRequest;
import dev.carillon.message.v1.ListMessagesResponse;
import dev.carillon.type.v1.Message;
import java.util.List;
import java.util.Map;

/// Reads the messages after a position.
@FunctionalInterface
interface Reader {
  /// Reads once; never blocks. The answer comes on any thread.
  void read(ReceivePosition from, Answer<Batch> answer);

  /// What was read.
  ///
  /// @param messages per conversation in seq order
  /// @param position where the next read begins
  /// @param hasMore whether the limit left messages out
  /// @param visibleAfter up to which seq nothing of a conversation is visible to the user; absent
  ///   where all of it is
  record Batch(
      List<Message> messages,
      ReceivePosition position,
      boolean hasMore,
      Map<ByteString, Long> visibleAfter) {
    /// Copies the collections.
    public Batch {
      messages = List.copyOf(messages);
      visibleAfter = Map.copyOf(visibleAfter);
    }
  }

  /// As [Batch] has it, of one answer of history.
  static Map<ByteString, Long> visibleAfter(
      ByteString conversationId, ListMessagesResponse answer) {
    long seq = answer.getVisibleAfterSeq();
    return seq == 0 ? Map.of() : Map.of(conversationId, seq);
  }

  /// Asks for what the user may see of a conversation after the position.
  static ListMessagesRequest after(
      ReceivePosition from, ByteString conversationId, String userId, int limit) {
    return ListMessagesRequest.newBuilder()
        .setConversationId(conversationId)
        .setUserId(userId)
        .setAfterSeq(from.cursor(conversationId))
        .setLimit(limit)
        .build();
  }

  /// Reads one conversation. A direct conversation without messages reads as empty.
  static Reader of(MessageClient messages, String userId, RtmTarget target, int limit) {
    ByteString conversationId = target.conversationId();
    return (from, answer) ->
        messages.listMessages(
            after(from, conversationId, userId, limit),
            Answer.of(
                response -> {
                  List<Message> found = response.getMessagesList();
                  ReceivePosition next =
                      found.isEmpty() ? from : from.after(conversationId, found.getLast().getSeq());
                  answer.answered(
                      new Batch(
                          found,
                          next,
                          response.getHasMore(),
                          visibleAfter(conversationId, response)));
                },
                refusal -> {
                  boolean direct = !target.peer().isEmpty();
                  if (direct && refusal.getReason().equals("CONVERSATION_UNKNOWN")) {
                    answer.answered(new Batch(List.of(), from, false, Map.of()));
                  } else {
                    answer.refused(refusal);
                  }
                }));
  }
}
