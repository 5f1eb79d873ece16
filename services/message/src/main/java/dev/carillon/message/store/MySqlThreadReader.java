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
import org.jspecify.annotations.Nullable;

/// Conversations as their members may see them, from MySQL.
public final class MySqlThreadReader extends MySqlConversationReads implements ThreadReader {
  private static final String SELECT_MEMBERSHIPS =
      "SELECT " + MySqlRows.MEMBERS + " WHERE conversation_id = ? AND user_id = ?";

  private static final String SELECT_NEWEST =
      "SELECT "
          + MySqlRows.MESSAGES
          + " WHERE conversation_id = ? AND seq > ? AND seq <= ?"
          + " ORDER BY seq DESC LIMIT ?";

  /// Reads from `database`, whose schema is up to date.
  public MySqlThreadReader(MySqlDatabase database) {
    super(database);
  }

  @Override
  public Map<ThreadKey, ThreadView> threads(Collection<ThreadKey> keys) {
    Map<ConversationId, Head> heads =
        heads(keys.stream().map(ThreadKey::conversation).distinct().toList());
    Map<ThreadKey, ThreadView> views = new HashMap<>();
    List<ThreadKey> groups = new ArrayList<>();
    List<Head> groupHeads = new ArrayList<>();
    for (ThreadKey key : keys) {
      Head head = heads.get(key.conversation());
      if (head != null && head.profile().kind() == ConversationKind.GROUP) {
        groups.add(key);
        groupHeads.add(head);
      } else if (head != null) {
        Roster.direct(head.profile(), head.firstSeq())
            .find(key.userId())
            .ifPresent(member -> views.put(key, ThreadView.of(head, member)));
      }
    }
    List<List<Member>> memberships = memberships(groups);
    for (int i = 0; i < groups.size(); i++) {
      for (Member member : memberships.get(i)) {
        views.put(groups.get(i), ThreadView.of(groupHeads.get(i), member));
      }
    }
    return views;
  }

  private List<List<Member>> memberships(List<ThreadKey> groups) {
    return queryEach(
        SELECT_MEMBERSHIPS,
        MySqlRows::member,
        groups,
        ThreadKey::conversation,
        key -> new @Nullable Object[] {key.conversation().bytes(), key.userId().getBytes(UTF_8)});
  }

  @Override
  public Map<ThreadView, List<StoredMessage>> newest(Collection<ThreadView> threads, int limit) {
    List<ThreadView> readable =
        limit == 0
            ? List.of()
            : threads.stream().filter(view -> view.lastSeq() > 0).distinct().toList();
    List<List<StoredMessage>> found =
        withdrawnEach(
            queryEach(
                SELECT_NEWEST,
                MySqlRows::message,
                readable,
                ThreadView::conversation,
                view ->
                    new @Nullable Object[] {
                      view.conversation().bytes(), view.visibleAfterSeq(), view.lastSeq(), limit
                    }));
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
}
