package dev.carillon.message.conversation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carillon.runtime.mysql.MySqlDatabase;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Conversations as one user may see them, from MySQL.
public final class MySqlThreadReader implements ThreadReader {
  /// How many threads' messages one statement reads.
  private static final int THREADS_CHUNK = 16;

  private static final String SELECT_HEADS =
      "SELECT " + MySqlRows.HEAD_COLUMNS + " FROM conversation WHERE conversation_id IN (?)";

  private static final String SELECT_MEMBERSHIPS =
      "SELECT "
          + MySqlRows.MEMBER_COLUMNS
          + " FROM member WHERE conversation_id IN (?) AND user_id = ?";

  private static final String SELECT_NEWEST =
      "SELECT "
          + MySqlRows.MESSAGE_COLUMNS
          + " FROM message WHERE conversation_id = ? AND seq > ? AND seq <= ?"
          + " ORDER BY seq DESC LIMIT ?";

  private final MySqlDatabase database;
  private final MySqlWithdrawn withdrawn;

  /// Reads from `database`, whose schema is up to date.
  public MySqlThreadReader(MySqlDatabase database) {
    this.database = database;
    this.withdrawn = new MySqlWithdrawn(database);
  }

  @Override
  public Map<ConversationId, ThreadView> threads(
      String userId, Collection<ConversationId> conversations) {
    Map<ConversationId, ThreadView> views = new HashMap<>();
    if (conversations.isEmpty()) {
      return views;
    }
    List<byte[]> ids = conversations.stream().map(ConversationId::bytes).toList();
    List<Head> heads = database.read(session -> session.query(SELECT_HEADS, MySqlRows::head, ids));
    Map<ConversationId, Member> memberships = memberships(userId, heads);
    for (Head head : heads) {
      Member member = memberships.get(head.id());
      if (member != null) {
        views.put(head.id(), view(head, member));
      }
    }
    return views;
  }

  private Map<ConversationId, Member> memberships(String userId, List<Head> heads) {
    Map<ConversationId, Member> memberships = new HashMap<>();
    List<byte[]> groups = new ArrayList<>();
    for (Head head : heads) {
      if (head.profile().kind() == ConversationKind.GROUP) {
        groups.add(head.id().bytes());
      } else {
        Roster.direct(head.profile(), head.firstSeq())
            .find(userId)
            .ifPresent(member -> memberships.put(head.id(), member));
      }
    }
    if (!groups.isEmpty()) {
      database
          .read(session ->
              session.query(
                  SELECT_MEMBERSHIPS,
                  row -> Map.entry(MySqlRows.conversation(row), MySqlRows.member(row)),
                  groups,
                  userId.getBytes(UTF_8)))
          .forEach(found -> memberships.put(found.getKey(), found.getValue()));
    }
    return memberships;
  }

  private static ThreadView view(Head head, Member member) {
    long last = member.present() ? head.lastSeq() : Math.min(head.lastSeq(), member.leftSeq());
    return new ThreadView(
        head.id(),
        head.profile().kind(),
        head.profile().title(),
        head.profile().peerOf(member.userId()),
        last > member.visibleAfterSeq() ? last : 0,
        member.visibleAfterSeq(),
        member.leftSeq());
  }

  @Override
  public Map<ConversationId, List<StoredMessage>> newest(
      Collection<ThreadView> threads, int limit) {
    Map<ConversationId, List<StoredMessage>> newest = new HashMap<>();
    List<ThreadView> readable =
        limit == 0 ? List.of() : threads.stream().filter(view -> view.lastSeq() > 0).toList();
    for (int from = 0; from < readable.size(); from += THREADS_CHUNK) {
      List<ThreadView> chunk =
          readable.subList(from, Math.min(readable.size(), from + THREADS_CHUNK));
      for (StoredMessage message : read(chunk, limit)) {
        newest.computeIfAbsent(message.conversation(), absent -> new ArrayList<>()).add(message);
      }
    }
    newest.values().forEach(messages -> messages.sort((a, b) -> Long.compare(a.seq(), b.seq())));
    return newest;
  }

  private List<StoredMessage> read(List<ThreadView> threads, int limit) {
    String each = "(" + SELECT_NEWEST + ")";
    String sql = String.join(" UNION ALL ", Collections.nCopies(threads.size(), each));
    List<Object> parameters = new ArrayList<>();
    for (ThreadView thread : threads) {
      parameters.add(thread.conversation().bytes());
      parameters.add(thread.visibleAfterSeq());
      parameters.add(thread.lastSeq());
      parameters.add(limit);
    }
    return withdrawn.apply(
        database.read(session -> session.query(sql, MySqlRows::message, parameters.toArray())));
  }
}
