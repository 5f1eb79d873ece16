package dev.carillon.message.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.message.conversation.MessageRef;
import dev.carillon.message.conversation.MessageStep;
import dev.carillon.message.conversation.Roster;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.mysql.MySqlException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// The conversation tables in MySQL; see `schema/conversation`.
public final class MySqlConversationStore implements ConversationStore {
  /// How many keys one look-up names: each pair of id and key is one range of the index.
  private static final int LOOKUP_CHUNK = 50;

  /// How many groups' members one statement reads.
  private static final int GROUPS_CHUNK = 10;

  private static final String SELECT_HEADS =
      "SELECT " + MySqlRows.HEAD_COLUMNS + " FROM conversation WHERE conversation_id IN (?)";

  private static final String SELECT_PRESENT_MEMBERS =
      "SELECT "
          + MySqlRows.MEMBER_COLUMNS
          + " FROM member WHERE conversation_id IN (?) AND left_seq IS NULL";

  private static final String SELECT_MEMBERSHIPS =
      "SELECT "
          + MySqlRows.MEMBER_COLUMNS
          + " FROM member WHERE conversation_id = ? AND user_id IN (?)";

  private static final String SELECT_BY_CLIENT_ID =
      "SELECT "
          + MySqlRows.MESSAGE_COLUMNS
          + " FROM message WHERE conversation_id IN (?) AND client_message_id IN (?)";

  private static final String SELECT_BY_SEQ =
      "SELECT "
          + MySqlRows.MESSAGE_COLUMNS
          + " FROM message WHERE conversation_id IN (?) AND seq IN (?)";

  private static final String SELECT_OLDEST =
      "SELECT "
          + MySqlRows.MESSAGE_COLUMNS
          + " FROM message WHERE conversation_id = ? AND seq > ? AND seq < ?"
          + " ORDER BY seq LIMIT ?";

  private static final String SELECT_NEWEST =
      "SELECT "
          + MySqlRows.MESSAGE_COLUMNS
          + " FROM message WHERE conversation_id = ? AND seq > ? AND seq < ?"
          + " ORDER BY seq DESC LIMIT ?";

  private final MySqlDatabase database;
  private final MySqlWithdrawn withdrawn;
  private final FailPoints failPoints;

  /// The store in `database`, whose schema is up to date.
  public MySqlConversationStore(MySqlDatabase database, FailPoints failPoints) {
    this.database = database;
    this.failPoints = failPoints;
    this.withdrawn = new MySqlWithdrawn(database);
  }

  @Override
  public Map<ConversationId, Head> heads(Collection<ConversationId> conversations) {
    Map<ConversationId, Head> heads = new HashMap<>();
    if (!conversations.isEmpty()) {
      database
          .read(session -> session.query(SELECT_HEADS, MySqlRows::head, bytes(conversations)))
          .forEach(head -> heads.put(head.id(), head));
    }
    return heads;
  }

  @Override
  public Map<ConversationId, List<Member>> members(Collection<ConversationId> groups) {
    Map<ConversationId, List<Member>> members = new HashMap<>();
    for (List<ConversationId> chunk : chunks(groups, GROUPS_CHUNK)) {
      database
          .read(session ->
              session.query(
                  SELECT_PRESENT_MEMBERS,
                  row -> Map.entry(MySqlRows.conversation(row), MySqlRows.member(row)),
                  bytes(chunk)))
          .forEach(found ->
              members
                  .computeIfAbsent(found.getKey(), absent -> new ArrayList<>())
                  .add(found.getValue()));
    }
    members.replaceAll((id, unordered) -> Roster.of(unordered).members());
    return members;
  }

  @Override
  public Map<String, Member> memberships(ConversationId group, Collection<String> userIds) {
    Map<String, Member> memberships = new HashMap<>();
    if (!userIds.isEmpty()) {
      List<byte[]> users = userIds.stream().map(user -> user.getBytes(UTF_8)).toList();
      database
          .read(
              session -> session.query(SELECT_MEMBERSHIPS, MySqlRows::member, group.bytes(), users))
          .forEach(member -> memberships.put(member.userId(), member));
    }
    return memberships;
  }

  @Override
  public Map<MessageKey, StoredMessage> find(Collection<MessageKey> keys) {
    Map<MessageKey, StoredMessage> found = new HashMap<>();
    for (List<MessageKey> chunk : chunks(keys, LOOKUP_CHUNK)) {
      List<byte[]> ids = chunk.stream().map(key -> key.clientMessageId().bytes()).toList();
      Set<ConversationId> conversations = new HashSet<>();
      chunk.forEach(key -> conversations.add(key.conversation()));
      // Pairs that nobody asked for may be among them; they are left out here.
      Set<MessageKey> wanted = Set.copyOf(chunk);
      database
          .read(session ->
              session.query(SELECT_BY_CLIENT_ID, MySqlRows::message, bytes(conversations), ids))
          .stream()
          .filter(message -> wanted.contains(message.key()))
          .forEach(message -> found.put(message.key(), message));
    }
    return found;
  }

  @Override
  public Map<MessageRef, StoredMessage> at(Collection<MessageRef> places) {
    Map<MessageRef, StoredMessage> found = new HashMap<>();
    for (List<MessageRef> chunk : chunks(places, LOOKUP_CHUNK)) {
      List<Long> numbers = chunk.stream().map(MessageRef::seq).toList();
      Set<ConversationId> conversations = new HashSet<>();
      chunk.forEach(place -> conversations.add(place.conversation()));
      Set<MessageRef> wanted = Set.copyOf(chunk);
      database
          .read(session ->
              session.query(SELECT_BY_SEQ, MySqlRows::message, bytes(conversations), numbers))
          .forEach(message -> {
            MessageRef ref = new MessageRef(message.conversation(), message.seq());
            if (wanted.contains(ref)) {
              found.put(ref, message);
            }
          });
    }
    return found;
  }

  @Override
  public List<StoredMessage> range(
      ConversationId conversation, long afterSeq, long beforeSeq, boolean newest, int limit) {
    List<StoredMessage> messages =
        database.read(session ->
            session.query(
                newest ? SELECT_NEWEST : SELECT_OLDEST,
                MySqlRows::message,
                conversation.bytes(),
                afterSeq,
                beforeSeq,
                limit));
    return withdrawn.apply(newest ? messages.reversed() : messages);
  }

  @Override
  public AppendResult append(List<ConversationAppend> appends, BooleanSupplier mayCommit) {
    try {
      return append(new MySqlAppend(appends, mayCommit, failPoints, false));
    } catch (MySqlAppend.StaleException e) {
      return append(new MySqlAppend(appends, mayCommit, failPoints, true));
    }
  }

  private AppendResult append(MySqlAppend transaction) {
    try {
      Set<ConversationId> stale = database.inTransaction(transaction::run);
      failPoints.at(MessageStep.APPEND_AFTER_COMMIT);
      return new AppendResult.Written(stale);
    } catch (MySqlAppend.WithheldException e) {
      return new AppendResult.Withheld();
    } catch (MySqlException e) {
      return switch (e.fault()) {
        case DUPLICATE_KEY -> new AppendResult.Repeated();
        case UNAVAILABLE ->
            transaction.commits() ? new AppendResult.Unknown(e) : new AppendResult.Failed(e);
        case CONTENDED -> new AppendResult.Failed(e);
        case OTHER -> throw e;
      };
    }
  }

  private static List<byte[]> bytes(Collection<ConversationId> ids) {
    // In key order, so that transactions lock rows in one order.
    return ids.stream().sorted().map(ConversationId::bytes).toList();
  }

  private static <T> List<List<T>> chunks(Collection<T> all, int size) {
    List<T> list = List.copyOf(all);
    List<List<T>> chunks = new ArrayList<>();
    for (int from = 0; from < list.size(); from += size) {
      chunks.add(list.subList(from, Math.min(list.size(), from + size)));
    }
    return chunks;
  }
}
