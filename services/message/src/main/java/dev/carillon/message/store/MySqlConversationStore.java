package dev.carillon.message.store;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.MessageStep;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.mysql.MySqlException;
import dev.carillon.runtime.mysql.MySqlSession;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// The conversation tables in MySQL; see `schema/conversation`.
public final class MySqlConversationStore extends MySqlConversationReads
    implements ConversationStore {
  /// How many bytes of bodies one statement carries; the server takes at least four times as much.
  private static final int STATEMENT_BYTES = 1 << 20;

  private static final int STATEMENT_ROWS = 200;

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
          database.inTransaction(session -> {
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
      case UNAVAILABLE ->
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
