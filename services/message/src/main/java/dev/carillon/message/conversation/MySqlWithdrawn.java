package dev.carillon.message.conversation;

import dev.carillon.runtime.mysql.MySqlDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Withdraws from what was read the edits of messages that were recalled: an edit repeats the text
/// that the recall is to hide.
///
/// It is done when messages are read, and not by the recall: no index finds the edits of a message,
/// and one more index would cost every message something. What was read without an edit in it costs
/// nothing.
final class MySqlWithdrawn {
  /// How many conversations' targets one statement reads.
  private static final int CONVERSATIONS_CHUNK = 16;

  private static final String SELECT_RECALLED =
      "SELECT conversation_id, seq, recalled_by_seq FROM message"
          + " WHERE conversation_id = ? AND seq IN (?) AND recalled_by_seq > 0";

  private final MySqlDatabase database;

  MySqlWithdrawn(MySqlDatabase database) {
    this.database = database;
  }

  /// The messages as a reader may have them, in the same order.
  List<StoredMessage> apply(List<StoredMessage> messages) {
    Map<ConversationId, List<Long>> targets = new LinkedHashMap<>();
    for (StoredMessage message : messages) {
      if (message.body().kind() == BodyKind.EDIT && !message.recalled()) {
        targets
            .computeIfAbsent(message.conversation(), absent -> new ArrayList<>())
            .add(message.body().targetSeq());
      }
    }
    if (targets.isEmpty()) {
      return messages;
    }
    Map<MessageRef, Long> recalls = recalls(targets);
    return recalls.isEmpty()
        ? messages
        : messages.stream().map(message -> withdraw(message, recalls)).toList();
  }

  private static StoredMessage withdraw(StoredMessage message, Map<MessageRef, Long> recalls) {
    Long recall =
        message.body().kind() == BodyKind.EDIT
            ? recalls.get(new MessageRef(message.conversation(), message.body().targetSeq()))
            : null;
    return recall == null ? message : message.recalledBy(recall);
  }

  private Map<MessageRef, Long> recalls(Map<ConversationId, List<Long>> targets) {
    Map<MessageRef, Long> recalls = new HashMap<>();
    List<ConversationId> conversations = new ArrayList<>(targets.keySet());
    for (int from = 0; from < conversations.size(); from += CONVERSATIONS_CHUNK) {
      int to = Math.min(conversations.size(), from + CONVERSATIONS_CHUNK);
      List<Object> parameters = new ArrayList<>();
      for (ConversationId conversation : conversations.subList(from, to)) {
        parameters.add(conversation.bytes());
        parameters.add(targets.getOrDefault(conversation, List.of()));
      }
      String each = "(" + SELECT_RECALLED + ")";
      String sql = String.join(" UNION ALL ", Collections.nCopies(to - from, each));
      database
          .read(session ->
              session.query(
                  sql,
                  row ->
                      Map.entry(
                          new MessageRef(MySqlRows.conversation(row), row.number("seq")),
                          row.number("recalled_by_seq")),
                  parameters.toArray()))
          .forEach(found -> recalls.put(found.getKey(), found.getValue()));
    }
    return recalls;
  }
}
