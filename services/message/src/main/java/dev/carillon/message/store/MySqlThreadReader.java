package dev.carillon.message.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.ConversationKind;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.Roster;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.conversation.ThreadKey;
import dev.carillon.message.conversation.ThreadView;
import dev.carillon.runtime.mysql.MySqlDatabase;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Gatherers;
import org.jspecify.annotations.Nullable;

/// Conversations as their members may see them, from MySQL.
public final class MySqlThreadReader implements ThreadReader {
  /// How many conversations' heads one statement reads.
  private static final int HEADS_CHUNK = 256;

  private static final String SELECT_HEADS =
      "SELECT " + MySqlRows.HEAD_COLUMNS + " FROM conversation WHERE conversation_id IN (?)";

  private static final String SELECT_MEMBERSHIPS =
      "SELECT "
          + MySqlRows.MEMBER_COLUMNS
          + " FROM member WHERE conversation_id = ? AND user_id = ?";

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
  public Map<ThreadKey, ThreadView> threads(Collection<ThreadKey> keys) {
    Map<ConversationId, Head> heads =
        heads(keys.stream().map(ThreadKey::conversation).distinct().toList());
    Map<ThreadKey, Member> members = new HashMap<>();
    List<ThreadKey> groups = new ArrayList<>();
    for (ThreadKey key : keys) {
      Head head = heads.get(key.conversation());
      if (head != null && head.profile().kind() == ConversationKind.GROUP) {
        groups.add(key);
      } else if (head != null) {
        Roster.direct(head.profile(), head.firstSeq())
            .find(key.userId())
            .ifPresent(member -> members.put(key, member));
      }
    }
    members.putAll(memberships(groups));
    Map<ThreadKey, ThreadView> views = new HashMap<>();
    for (Map.Entry<ThreadKey, Member> member : members.entrySet()) {
      Head head = heads.get(member.getKey().conversation());
      if (head != null) {
        views.put(member.getKey(), ThreadView.of(head, member.getValue()));
      }
    }
    return views;
  }

  private Map<ConversationId, Head> heads(List<ConversationId> conversations) {
    Map<ConversationId, Head> heads = new HashMap<>();
    conversations.stream()
        .map(ConversationId::bytes)
        .gather(Gatherers.windowFixed(HEADS_CHUNK))
        .flatMap(ids ->
            database.read(session -> session.query(SELECT_HEADS, MySqlRows::head, ids)).stream())
        .forEach(head -> heads.put(head.id(), head));
    return heads;
  }

  private Map<ThreadKey, Member> memberships(List<ThreadKey> groups) {
    if (groups.isEmpty()) {
      return Map.of();
    }
    List<@Nullable Object[]> parameters =
        groups.stream()
            .map(key ->
                new @Nullable Object[] {key.conversation().bytes(), key.userId().getBytes(UTF_8)})
            .toList();
    List<List<Member>> found =
        database.read(
            session -> session.queryEach(SELECT_MEMBERSHIPS, MySqlRows::member, parameters));
    Map<ThreadKey, Member> memberships = new HashMap<>();
    for (int i = 0; i < groups.size(); i++) {
      ThreadKey key = groups.get(i);
      found.get(i).forEach(member -> memberships.put(key, member));
    }
    return memberships;
  }

  @Override
  public Map<ThreadView, List<StoredMessage>> newest(Collection<ThreadView> threads, int limit) {
    List<ThreadView> readable =
        limit == 0
            ? List.of()
            : threads.stream().filter(view -> view.lastSeq() > 0).distinct().toList();
    if (readable.isEmpty()) {
      return Map.of();
    }
    List<@Nullable Object[]> parameters =
        readable.stream().map(view -> parameters(view, limit)).toList();
    List<List<StoredMessage>> found =
        withdrawn.applyEach(
            database.read(
                session -> session.queryEach(SELECT_NEWEST, MySqlRows::message, parameters)));
    Map<ThreadView, List<StoredMessage>> newest = new HashMap<>();
    for (int i = 0; i < readable.size(); i++) {
      if (!found.get(i).isEmpty()) {
        newest.put(
            readable.get(i),
            found.get(i).stream().sorted(Comparator.comparingLong(StoredMessage::seq)).toList());
      }
    }
    return newest;
  }

  private static @Nullable Object[] parameters(ThreadView thread, int limit) {
    return new @Nullable Object[] {
      thread.conversation().bytes(), thread.visibleAfterSeq(), thread.lastSeq(), limit
    };
  }
}
