package dev.carillon.message.append;

import com.dynatrace.hash4j.hashing.Hashing;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.MessageBody;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.message.conversation.Roster;
import dev.carillon.message.conversation.StoredMessage;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// What the owner remembers of a conversation between batches: true as of the last commit it knows
/// of, and checked by every append's compare-and-set.
///
/// @param epoch in which epoch of its slot this was read; in another one it is worth nothing
/// @param head the head, null when the conversation does not exist
/// @param roster the present members
/// @param recent the newest messages; mutable, and only ever added to
record CachedConversation(
    ConversationId id, long epoch, @Nullable Head head, Roster roster, RecentMessages recent) {

  /// A conversation that does not exist, as far as is known.
  static CachedConversation absent(ConversationId id, long epoch) {
    return new CachedConversation(id, epoch, null, Roster.EMPTY, new RecentMessages());
  }

  /// What it costs to remember, in units of about 100 bytes.
  int weight() {
    return 4 + roster.size();
  }

  long lastSeq() {
    return head == null ? 0 : head.lastSeq();
  }

  CachedConversation moved(Head after, Roster members) {
    return new CachedConversation(id, epoch, after, members, recent);
  }

  /// The newest messages of a conversation by their senders' ids, so that most repeats are
  /// recognised without asking the database.
  static final class RecentMessages {
    private static final int CAPACITY = 128;

    private final SequencedMap<MessageKey, Recent> recent = new LinkedHashMap<>();

    void add(StoredMessage message) {
      recent.put(
          message.key(), new Recent(message.seq(), message.prevSeq(), digest(message.body())));
      if (recent.size() > CAPACITY) {
        recent.pollFirstEntry();
      }
    }

    @Nullable Recent find(MessageKey key) {
      return recent.get(key);
    }

    /// Bodies are not kept. A sender whose own two bodies collide harms only itself.
    private static long digest(MessageBody body) {
      return Hashing.xxh3_64().hashBytesToLong(body.bytes());
    }

    /// What is remembered of a message: where it stands, and a digest of what it says.
    record Recent(long seq, long prevSeq, long digest) {
      boolean says(MessageBody body) {
        return digest == RecentMessages.digest(body);
      }
    }
  }
}
