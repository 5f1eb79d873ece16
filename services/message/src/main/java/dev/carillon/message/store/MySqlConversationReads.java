package dev.carillon.message.store;

import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.MessageRef;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.mysql.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Gatherers;
import org.jspecify.annotations.Nullable;

/// Reads of the conversation tables that several stores share.
///
/// Edits of messages that were recalled are withdrawn from what was read: an edit repeats the text
/// that the recall is to hide. It is done when messages are read, and not by the recall: no index
/// finds the edits of a message, and one more index would cost every message something. What was
/// read without an edit in it costs nothing.
class MySqlConversationReads {
  /// How many heads one statement reads.
  private static final int HEADS_CHUNK = 256;

  private static final String SELECT_HEADS =
      "SELECT " + MySqlRows.HEADS + " WHERE conversation_id IN (?)";

  private static final String SELECT_RECALLED =
      "SELECT conversation_id, seq, recalled_by_seq FROM message"
          + " WHERE conversation_id = ? AND seq IN (?) AND recalled_by_seq > 0";

  final MySqlDatabase database;

  MySqlConversationReads(MySqlDatabase database) {
    this.database = database;
  }

  /// The heads as they are committed now; missing ones do not exist.
  Map<ConversationId, Head> heads(Collection<ConversationId> conversations) {
    Map<ConversationId, Head> heads = new HashMap<>();
    conversations.stream()
        .map(ConversationId::bytes)
        .gather(Gatherers.windowFixed(HEADS_CHUNK))
        .flatMap(ids -> query(SELECT_HEADS, MySqlRows::head, ids).stream())
        .forEach(head -> heads.put(head.id(), head));
    return heads;
  }

  <T> List<T> query(String sql, Row.Mapper<T> mapper, @Nullable Object... parameters) {
    return database.read(session -> session.query(sql, mapper, parameters));
  }

  <T> List<List<T>> queryEach(
      String sql, Row.Mapper<T> mapper, List<@Nullable Object[]> parameters) {
    return parameters.isEmpty()
        ? List.of()
        : database.read(session -> session.queryEach(sql, mapper, parameters));
  }

  /// The messages as a reader may have them, in the same order.
  List<StoredMessage> withdrawn(List<StoredMessage> messages) {
    Map<ConversationId, List<Long>> targets = new LinkedHashMap<>();
    for (StoredMessage message : messages) {
      if (message.body().kind() == BodyKind.EDIT && !message.recalled()) {
        targets
            .computeIfAbsent(message.conversation(), absent -> new ArrayList<>())
            .add(message.body().targetSeq());
      }
    }
    Map<MessageRef, Long> recalls = recalls(targets);
    return recalls.isEmpty()
        ? messages
        : messages.stream().map(message -> withdraw(message, recalls)).toList();
  }

  /// As [#withdrawn], for many lists at once.
  List<List<StoredMessage>> withdrawnEach(List<List<StoredMessage>> lists) {
    Iterator<StoredMessage> all =
        withdrawn(lists.stream().flatMap(List::stream).toList()).iterator();
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
    queryEach(
            SELECT_RECALLED,
            row -> Map.entry(MySqlRows.ref(row), row.number("recalled_by_seq")),
            parameters)
        .forEach(found -> found.forEach(each -> recalls.put(each.getKey(), each.getValue())));
    return recalls;
  }
}
