package dev.carillon.message.store;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.ConversationKind;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.MessageStep;
import dev.carillon.message.conversation.Roster;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.mysql.MySqlShard;
import java.util.List;
import java.util.Optional;
import java.util.stream.Gatherers;

/// What fan-out needs of the conversation tables, in MySQL.
public final class MySqlFanOutStore extends MySqlConversationReads implements FanOutStore {
  private static final int MARKS_CHUNK = 100;

  private static final String SELECT_PENDING =
      "SELECT "
          + MySqlRows.HEADS
          + " WHERE slot = ? AND fanout_pending = 1 AND conversation_id > ?"
          + " ORDER BY conversation_id LIMIT ?";

  private static final String SELECT_RECIPIENTS =
      "SELECT "
          + MySqlRows.MEMBERS
          + " WHERE conversation_id = ? AND (left_seq IS NULL OR left_seq > ?)"
          + " ORDER BY join_seq, join_index";

  private static final String SELECT_MESSAGES =
      "SELECT "
          + MySqlRows.MESSAGES
          + " WHERE conversation_id = ? AND seq > ? ORDER BY seq LIMIT ?";

  // The list of numbers runs beside the list of ids. The flag first: it must see the old mark.
  private static final String MARK =
      "UPDATE conversation SET fanout_pending = CASE WHEN last_seq >"
          + " GREATEST(fanned_seq, CAST(ELT(FIELD(conversation_id, ?), ?) AS SIGNED))"
          + " THEN 1 ELSE 0 END,"
          + " fanned_seq = GREATEST(fanned_seq,"
          + " CAST(ELT(FIELD(conversation_id, ?), ?) AS SIGNED))"
          + " WHERE conversation_id IN (?)";

  private final FailPoints failPoints;

  /// The store in `database`, whose schema is up to date.
  public MySqlFanOutStore(MySqlDatabase database, FailPoints failPoints) {
    super(database);
    this.failPoints = failPoints;
  }

  @Override
  public List<Head> pending(int slot, Optional<ConversationId> after, int limit) {
    byte[] from = after.map(ConversationId::bytes).orElseGet(() -> new byte[0]);
    return database
        .shard(slot)
        .scan(session -> session.query(SELECT_PENDING, MySqlRows::head, slot, from, limit));
  }

  @Override
  public Optional<Head> head(ConversationId conversation) {
    return Optional.ofNullable(heads(List.of(conversation)).get(conversation));
  }

  @Override
  public List<Member> recipients(Head head, long afterSeq) {
    if (head.profile().kind() == ConversationKind.DIRECT) {
      return Roster.direct(head.profile(), head.firstSeq()).members();
    }
    return query(head.id(), SELECT_RECIPIENTS, MySqlRows::member, head.id().bytes(), afterSeq);
  }

  @Override
  public List<StoredMessage> messages(ConversationId conversation, long afterSeq, int limit) {
    return withdrawn(
        query(
            conversation,
            SELECT_MESSAGES,
            MySqlRows::message,
            conversation.bytes(),
            afterSeq,
            limit));
  }

  @Override
  public void mark(List<FanOutMark> marks) {
    marks.stream()
        .gather(Gatherers.windowFixed(MARKS_CHUNK))
        .forEach(
            some -> database.onEach(some, mark -> mark.conversation().slot(), this::markTogether));
  }

  private int markTogether(MySqlShard shard, List<FanOutMark> marks) {
    List<byte[]> ids = marks.stream().map(mark -> mark.conversation().bytes()).toList();
    List<Long> numbers = marks.stream().map(FanOutMark::fannedSeq).toList();
    failPoints.at(MessageStep.FANOUT_BEFORE_MARK_CLEARED);
    int found = shard.repeatable(session -> session.update(MARK, ids, numbers, ids, numbers, ids));
    failPoints.at(MessageStep.FANOUT_AFTER_MARK_CLEARED);
    return found;
  }
}
