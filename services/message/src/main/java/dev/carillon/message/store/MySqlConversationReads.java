package dev.carillon.message.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.message.conversation.MessageRef;
import dev.carillon.message.conversation.Roster;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.mysql.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Gatherers;
import org.jspecify.annotations.Nullable;

/// Reads of the conversation tables that several stores share; the methods that are public are
/// those of [ConversationStore].
///
/// Edits of messages that were recalled are withdrawn from what was read: an edit repeats the text
/// that the recall is to hide. It is done when messages are read, and not by the recall: no index
/// finds the edits of a message, and one more index would cost every message something. What was
/// read without an edit in it costs nothing.
class MySqlConversationReads {
  /// How many heads one statement reads.
  private static final int HEADS_CHUNK = 256;

  /// How many keys one look-up names: each pair of id and key is one range of the index.
  private static final int LOOKUP_CHUNK = 50;

  /// How many groups' members one statement reads.
  private static final int GROUPS_CHUNK = 10;

  private static final String SELECT_HEADS =
      "SELECT " + MySqlRows.HEADS + " WHERE conversation_id IN (?)";

  private static final String SELECT_PRESENT_MEMBERS =
      "SELECT " + MySqlRows.MEMBERS + " WHERE conversation_id IN (?) AND left_seq IS NULL";

  private static final String SELECT_MEMBERSHIPS =
      "SELECT " + MySqlRows.MEMBERS + " WHERE conversation_id = ? AND user_id IN (?)";

  private static final String SELECT_BY_CLIENT_ID =
      "SELECT " + MySqlRows.MESSAGES + " WHERE conversation_id IN (?) AND client_message_id IN (?)";

  private static final String SELECT_BY_SEQ =
      "SELECT " + MySqlRows.MESSAGES + " WHERE conversation_id IN (?) AND seq IN (?)";

  private static final String SELECT_OLDEST =
      "SELECT "
          + MySqlRows.MESSAGES
          + " WHERE conversation_id = ? AND seq > ? AND seq < ?"
          + " ORDER BY seq LIMIT ?";

  private static final String SELECT_NEWEST =
      "SELECT "
          + MySqlRows.MESSAGES
          + " WHERE conversation_id = ? AND seq > ? AND seq < ?"
          + " ORDER BY seq DESC LIMIT ?";

  private static final String SELECT_RECALLED =
      "SELECT conversation_id, seq, recalled_by_seq FROM message"
          + " WHERE conversation_id = ? AND seq IN (?) AND recalled_by_seq > 0";

  final MySqlDatabase database;

  MySqlConversationReads(MySqlDatabase database) {
    this.database = database;
  }

  public Map<ConversationId, Head> heads(Collection<ConversationId> conversations) {
    Map<ConversationId, Head> heads = new HashMap<>();
    conversations.stream()
        .map(ConversationId::bytes)
        .gather(Gatherers.windowFixed(HEADS_CHUNK))
        .flatMap(ids -> query(SELECT_HEADS, MySqlRows::head, ids).stream())
        .forEach(head -> heads.put(head.id(), head));
    return heads;
  }

  public Map<ConversationId, List<Member>> members(Collection<ConversationId> groups) {
    Map<ConversationId, List<Member>> members = new HashMap<>();
    groups.stream()
        .map(ConversationId::bytes)
        .gather(Gatherers.windowFixed(GROUPS_CHUNK))
        .flatMap(ids ->
            query(
                SELECT_PRESENT_MEMBERS,
                row -> Map.entry(MySqlRows.conversation(row), MySqlRows.member(row)),
                ids)
                .stream())
        .forEach(found ->
            members
                .computeIfAbsent(found.getKey(), absent -> new ArrayList<>())
                .add(found.getValue()));
    members.replaceAll((id, unordered) -> Roster.of(unordered).members());
    return members;
  }

  public Map<String, Member> memberships(ConversationId group, Collection<String> userIds) {
    Map<String, Member> memberships = new HashMap<>();
    if (!userIds.isEmpty()) {
      List<byte[]> users = userIds.stream().map(user -> user.getBytes(UTF_8)).toList();
      query(SELECT_MEMBERSHIPS, MySqlRows::member, group.bytes(), users)
          .forEach(member -> memberships.put(member.userId(), member));
    }
    return memberships;
  }

  public Map<MessageKey, StoredMessage> find(Collection<MessageKey> keys) {
    return lookUp(
        SELECT_BY_CLIENT_ID,
        keys,
        MessageKey::conversation,
        key -> key.clientMessageId().bytes(),
        StoredMessage::key);
  }

  public Map<MessageRef, StoredMessage> at(Collection<MessageRef> places) {
    return lookUp(
        SELECT_BY_SEQ,
        places,
        MessageRef::conversation,
        MessageRef::seq,
        message -> new MessageRef(message.conversation(), message.seq()));
  }

  private <K> Map<K, StoredMessage> lookUp(
      String sql,
      Collection<K> keys,
      Function<K, ConversationId> conversation,
      Function<K, Object> column,
      Function<StoredMessage, K> key) {
    Map<K, StoredMessage> found = new HashMap<>();
    keys.stream()
        .gather(Gatherers.windowFixed(LOOKUP_CHUNK))
        .flatMap(chunk -> {
          List<byte[]> ids =
              chunk.stream().map(conversation).distinct().map(ConversationId::bytes).toList();
          return query(sql, MySqlRows::message, ids, chunk.stream().map(column).toList()).stream();
        })
        .forEach(message -> found.put(key.apply(message), message));
    // Pairs that nobody asked for may be among them.
    found.keySet().retainAll(new HashSet<>(keys));
    return found;
  }

  public List<StoredMessage> range(
      ConversationId conversation, long afterSeq, long beforeSeq, boolean newest, int limit) {
    String sql = newest ? SELECT_NEWEST : SELECT_OLDEST;
    List<StoredMessage> messages =
        query(sql, MySqlRows::message, conversation.bytes(), afterSeq, beforeSeq, limit);
    return withdrawn(newest ? messages.reversed() : messages);
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
