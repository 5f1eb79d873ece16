package dev.carillon.message.store;

import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.MessageRef;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.mysql.Row;
import dev.carillon.runtime.slots.Shards;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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

  /// On which shard the conversations of a slot lie.
  public Shards shards() {
    return database.shards();
  }

  /// The heads as they are committed now; missing ones do not exist.
  Map<ConversationId, Head> heads(Collection<ConversationId> conversations) {
    Map<ConversationId, Head> heads = new HashMap<>();
    queryIn(SELECT_HEADS, MySqlRows::head, conversations, HEADS_CHUNK)
        .forEach(head -> heads.put(head.id(), head));
    return heads;
  }

  /// What a query of one conversation finds.
  <T> List<T> query(
      ConversationId conversation,
      String sql,
      Row.Mapper<T> mapper,
      @Nullable Object... parameters) {
    return database
        .shard(conversation.slot())
        .read(session -> session.query(sql, mapper, parameters));
  }

  /// What a query with a list of conversations for its only parameter finds.
  ///
  /// @param chunk how many conversations one statement takes
  <T> List<T> queryIn(
      String sql, Row.Mapper<T> mapper, Collection<ConversationId> conversations, int chunk) {
    List<T> found = new ArrayList<>();
    database.onEach(
        conversations,
        ConversationId::slot,
        (shard, ids) ->
            ids.stream()
                .map(ConversationId::bytes)
                .gather(Gatherers.windowFixed(chunk))
                .map(some -> found.addAll(shard.read(session -> session.query(sql, mapper, some))))
                .toList());
    return found;
  }

  /// What a query finds for each set of parameters, in the order of the sets.
  ///
  /// @param conversation the one to which a set belongs
  <A, T> List<List<T>> queryEach(
      String sql,
      Row.Mapper<T> mapper,
      List<A> asked,
      Function<A, ConversationId> conversation,
      Function<A, @Nullable Object[]> parameters) {
    return database.readEach(
        asked, each -> conversation.apply(each).slot(), sql, mapper, parameters);
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
    Map<MessageRef, Long> recalls = new HashMap<>();
    queryEach(
            SELECT_RECALLED,
            row -> Map.entry(MySqlRows.ref(row), row.number("recalled_by_seq")),
            List.copyOf(targets.entrySet()),
            Map.Entry::getKey,
            target -> new @Nullable Object[] {target.getKey().bytes(), target.getValue()})
        .forEach(found -> found.forEach(each -> recalls.put(each.getKey(), each.getValue())));
    return recalls;
  }
}
