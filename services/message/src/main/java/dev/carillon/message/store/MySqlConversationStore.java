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
import dev.carillon.runtime.mysql.MySqlSession;
import dev.carillon.runtime.mysql.MySqlShard;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Gatherers;
import org.jspecify.annotations.Nullable;

/// The conversation tables in MySQL; see `schema/conversation`.
public final class MySqlConversationStore extends MySqlConversationReads
    implements ConversationStore {
  /// How many bytes of bodies one statement carries; the server takes at least four times as much.
  private static final int STATEMENT_BYTES = 1 << 20;

  private static final int STATEMENT_ROWS = 200;

  /// How many keys one look-up names: each pair of id and key is one range of the index.
  private static final int LOOKUP_CHUNK = 50;

  /// How many groups' members one statement reads.
  private static final int GROUPS_CHUNK = 10;

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

  private static final String LOCK_HEADS =
      "SELECT conversation_id, last_seq FROM conversation WHERE conversation_id IN (?)"
          + " ORDER BY conversation_id FOR UPDATE";

  private static final String INSERT_HEADS =
      "INSERT INTO conversation (conversation_id, slot, kind, owner, peer, title, history_policy,"
          + " first_seq, last_seq, message_count, fanned_seq, fanout_pending, updated_at) VALUES";

  // A head that exists keeps its first_seq, so what is inserted there is free to carry where the
  // head is believed to be. Assignments see those before them: last_seq comes last.
  private static final String MOVE_HEADS =
      "ON DUPLICATE KEY UPDATE"
          + " owner = IF(last_seq = VALUES(first_seq), VALUES(owner), owner),"
          + " message_count ="
          + " IF(last_seq = VALUES(first_seq), VALUES(message_count), message_count),"
          + " fanout_pending ="
          + " IF(last_seq = VALUES(first_seq), VALUES(fanout_pending), fanout_pending),"
          + " updated_at = IF(last_seq = VALUES(first_seq), VALUES(updated_at), updated_at),"
          + " last_seq = IF(last_seq = VALUES(first_seq), VALUES(last_seq), last_seq)";

  /// What the server counts for a row that was there and was changed; it counts 1 for a new one and
  /// for one left as it was.
  private static final int MOVED = 2;

  private static final String INSERT_MESSAGES =
      "INSERT INTO message (" + MySqlRows.MESSAGE_COLUMNS + ") VALUES";

  private static final String RECALL_MESSAGE =
      "UPDATE message SET recalled_by_seq = ? WHERE conversation_id = ? AND seq = ?";

  private static final String INSERT_MEMBERS =
      "INSERT INTO member (" + MySqlRows.MEMBER_COLUMNS + ") VALUES";

  private static final String CHANGE_MEMBERS =
      "ON DUPLICATE KEY UPDATE join_seq = VALUES(join_seq), join_index = VALUES(join_index),"
          + " visible_after_seq = VALUES(visible_after_seq), left_seq = VALUES(left_seq)";

  private final FailPoints failPoints;

  /// The store in `database`, whose schema is up to date.
  public MySqlConversationStore(MySqlDatabase database, FailPoints failPoints) {
    super(database);
    this.failPoints = failPoints;
  }

  @Override
  public Map<ConversationId, Head> heads(Collection<ConversationId> conversations) {
    return super.heads(conversations);
  }

  @Override
  public Map<ConversationId, List<Member>> members(Collection<ConversationId> groups) {
    Map<ConversationId, List<Member>> members = new HashMap<>();
    queryIn(
            SELECT_PRESENT_MEMBERS,
            row -> Map.entry(MySqlRows.conversation(row), MySqlRows.member(row)),
            groups,
            GROUPS_CHUNK)
        .forEach(found ->
            members
                .computeIfAbsent(found.getKey(), absent -> new ArrayList<>())
                .add(found.getValue()));
    members.replaceAll((id, unordered) -> Roster.of(unordered).members());
    return members;
  }

  @Override
  public Map<String, Member> memberships(ConversationId group, Collection<String> userIds) {
    Map<String, Member> memberships = new HashMap<>();
    if (!userIds.isEmpty()) {
      List<byte[]> users = userIds.stream().map(user -> user.getBytes(UTF_8)).toList();
      query(group, SELECT_MEMBERSHIPS, MySqlRows::member, group.bytes(), users)
          .forEach(member -> memberships.put(member.userId(), member));
    }
    return memberships;
  }

  @Override
  public Map<MessageKey, StoredMessage> find(Collection<MessageKey> keys) {
    return lookUp(
        SELECT_BY_CLIENT_ID,
        keys,
        MessageKey::conversation,
        key -> key.clientMessageId().bytes(),
        StoredMessage::key);
  }

  @Override
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
        .flatMap(some ->
            database
                .onEach(
                    some,
                    each -> conversation.apply(each).slot(),
                    (shard, chunk) -> lookUp(shard, sql, chunk, conversation, column))
                .stream())
        .forEach(messages -> messages.forEach(message -> found.put(key.apply(message), message)));
    // Pairs that nobody asked for may be among them.
    found.keySet().retainAll(new HashSet<>(keys));
    return found;
  }

  private static <K> List<StoredMessage> lookUp(
      MySqlShard shard,
      String sql,
      List<K> chunk,
      Function<K, ConversationId> conversation,
      Function<K, Object> column) {
    List<byte[]> ids =
        chunk.stream().map(conversation).distinct().map(ConversationId::bytes).toList();
    List<Object> columns = chunk.stream().map(column).toList();
    return shard.read(session -> session.query(sql, MySqlRows::message, ids, columns));
  }

  @Override
  public List<StoredMessage> range(
      ConversationId conversation, long afterSeq, long beforeSeq, boolean newest, int limit) {
    String sql = newest ? SELECT_NEWEST : SELECT_OLDEST;
    List<StoredMessage> messages =
        query(
            conversation,
            sql,
            MySqlRows::message,
            conversation.bytes(),
            afterSeq,
            beforeSeq,
            limit);
    return withdrawn(newest ? messages.reversed() : messages);
  }

  /// Heads are nearly always where they are believed to be, so that is tried first: one statement
  /// compares and moves them all. When a head was elsewhere, nothing is written, and the
  /// transaction is run again, *careful*: it locks the heads, finds out which have moved on, and
  /// leaves those out.
  @Override
  public AppendResult append(List<ConversationAppend> appends, BooleanSupplier mayCommit) {
    List<ConversationAppend> sorted =
        appends.stream().sorted(Comparator.comparing(append -> append.after().id())).toList();
    try {
      return append(sorted, mayCommit, false);
    } catch (StaleException e) {
      return append(sorted, mayCommit, true);
    }
  }

  private AppendResult append(
      List<ConversationAppend> appends, BooleanSupplier mayCommit, boolean careful) {
    // Whether only the commit was left, so that nobody knows what became of it when it fails now.
    AtomicBoolean commits = new AtomicBoolean();
    try {
      Set<ConversationId> stale =
          database
              .shard(appends.getFirst().after().id().slot())
              .inTransaction(session -> {
                commits.set(false);
                Set<ConversationId> moved = careful ? lockAndCompare(session, appends) : Set.of();
                write(session, appends, moved);
                if (!mayCommit.getAsBoolean()) {
                  throw new WithheldException();
                }
                failPoints.at(MessageStep.APPEND_BEFORE_COMMIT);
                commits.set(true);
                return moved;
              });
      failPoints.at(MessageStep.APPEND_AFTER_COMMIT);
      return new AppendResult.Written(stale);
    } catch (WithheldException e) {
      return new AppendResult.Withheld();
    } catch (MySqlException e) {
      return failed(e, commits.get());
    }
  }

  private static AppendResult failed(MySqlException cause, boolean commits) {
    return switch (cause.fault()) {
      case DUPLICATE_KEY -> new AppendResult.Repeated();
      case SEVERAL_SHARDS -> new AppendResult.Divided();
      case UNAVAILABLE, SHARD_AWAY, BUSY ->
          commits ? new AppendResult.Unknown(cause) : new AppendResult.Failed(cause);
      case CONTENDED -> new AppendResult.Failed(cause);
      case OTHER -> throw cause;
    };
  }

  /// The caller does not want the transaction to be committed any more.
  private static final class WithheldException extends RuntimeException {
    WithheldException() {
      super("not the owner any more", null, false, false);
    }
  }

  /// A head is not where the owner believes it to be, and this run was not careful.
  private static final class StaleException extends RuntimeException {
    StaleException() {
      super("a head has moved on", null, false, false);
    }
  }

  private static Set<ConversationId> lockAndCompare(
      MySqlSession session, List<ConversationAppend> appends) {
    List<Head> expected = new ArrayList<>();
    for (ConversationAppend append : appends) {
      if (append.before() != null) {
        expected.add(append.before());
      }
    }
    Set<ConversationId> stale = new HashSet<>();
    if (!expected.isEmpty()) {
      Map<ConversationId, Long> lastSeqs = new HashMap<>();
      session
          .query(
              LOCK_HEADS,
              row -> Map.entry(MySqlRows.conversation(row), row.number("last_seq")),
              expected.stream().map(head -> head.id().bytes()).toList())
          .forEach(head -> lastSeqs.put(head.getKey(), head.getValue()));
      expected.stream()
          .filter(head -> lastSeqs.getOrDefault(head.id(), -1L) != head.lastSeq())
          .forEach(head -> stale.add(head.id()));
    }
    return stale;
  }

  private static void write(
      MySqlSession session, List<ConversationAppend> appends, Set<ConversationId> stale) {
    List<ConversationAppend> good =
        appends.stream().filter(append -> !stale.contains(append.after().id())).toList();
    writeHeads(session, good);
    insertMessages(session, good);
    for (ConversationAppend append : good) {
      byte[] id = append.after().id().bytes();
      append.recalls().forEach((target, by) -> session.update(RECALL_MESSAGE, by, id, target));
    }
    writeMembers(session, good);
  }

  private static void writeHeads(MySqlSession session, List<ConversationAppend> good) {
    List<@Nullable Object[]> created = new ArrayList<>();
    List<@Nullable Object[]> moved = new ArrayList<>();
    for (ConversationAppend append : good) {
      (append.before() == null ? created : moved).add(MySqlRows.headValues(append));
    }
    // No "on duplicate key" for new ones: there is no lock on a row that is not there, and another
    // owner's row must not be overwritten.
    session.insert(INSERT_HEADS, "", created);
    if (session.insert(INSERT_HEADS, MOVE_HEADS, moved) != MOVED * moved.size()) {
      throw new StaleException();
    }
  }

  private static void insertMessages(MySqlSession session, List<ConversationAppend> good) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    int bytes = 0;
    for (ConversationAppend append : good) {
      for (StoredMessage message : append.messages()) {
        if (rows.size() == STATEMENT_ROWS || bytes > STATEMENT_BYTES) {
          session.insert(INSERT_MESSAGES, "", rows);
          rows.clear();
          bytes = 0;
        }
        rows.add(MySqlRows.messageValues(message));
        bytes += message.body().bytes().length;
      }
    }
    session.insert(INSERT_MESSAGES, "", rows);
  }

  private static void writeMembers(MySqlSession session, List<ConversationAppend> good) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (ConversationAppend append : good) {
      for (Member member : append.members()) {
        rows.add(MySqlRows.memberValues(append.after().id(), member));
        if (rows.size() == STATEMENT_ROWS) {
          session.insert(INSERT_MEMBERS, CHANGE_MEMBERS, rows);
          rows.clear();
        }
      }
    }
    session.insert(INSERT_MEMBERS, CHANGE_MEMBERS, rows);
  }
}
