package dev.carillon.message.store;

import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.MessageRef;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.mysql.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Withdraws from what was read the edits of messages that were recalled: an edit repeats the text
/// that the recall is to hide.
///
/// It is done when messages are read, and not by the recall: no index finds the edits of a message,
/// and one more index would cost every message something. What was read without an edit in it costs
/// nothing.
final class MySqlWithdrawn {
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

  /// As [#apply], for many lists at once.
  List<List<StoredMessage>> applyEach(List<List<StoredMessage>> lists) {
    Iterator<StoredMessage> all = apply(lists.stream().flatMap(List::stream).toList()).iterator();
    return lists.stream().map(list -> list.stream().map(before -> all.next()).toList()).toList();
  }

  private static StoredMessage withdraw(StoredMessage message, Map<MessageRef, Long> recalls) {
    Long recall =
        message.body().kind() == BodyKind.EDIT
            ? recalls.get(new MessageRef(message.conversation(), message.body().targetSeq()))
            : null;
    return recall == null ? message : message.recalledBy(recall);
  }

  private Map<MessageRef, Long> recalls(Map<ConversationId, List<Long>> targets) {
    List<@Nullable Object[]> parameters = new ArrayList<>(targets.size());
    targets.forEach((conversation, seqs) ->
        parameters.add(new @Nullable Object[] {conversation.bytes(), seqs}));
    Map<MessageRef, Long> recalls = new HashMap<>();
    database
        .read(session -> session.queryEach(SELECT_RECALLED, MySqlWithdrawn::recall, parameters))
        .forEach(found -> found.forEach(each -> recalls.put(each.getKey(), each.getValue())));
    return recalls;
  }

  private static Map.Entry<MessageRef, Long> recall(Row row) {
    return Map.entry(
        new MessageRef(MySqlRows.conversation(row), row.number("seq")),
        row.number("recalled_by_seq"));
  }
}
