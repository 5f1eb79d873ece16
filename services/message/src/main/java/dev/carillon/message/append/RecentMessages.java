package dev.carillon.message.append;

import com.dynatrace.hash4j.hashing.Hashing;
import dev.carillon.message.conversation.ClientMessageId;
import dev.carillon.message.conversation.MessageBody;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.message.conversation.StoredMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The newest messages of one conversation by their senders' ids, so that most repeats are
/// recognised without asking the database.
final class RecentMessages {
  private static final int CAPACITY = 128;

  private final Map<Key, Recent> recent = new LinkedHashMap<>();

  void add(StoredMessage message) {
    recent.put(
        new Key(message.sender(), message.clientMessageId()),
        new Recent(message.seq(), message.prevSeq(), digest(message.body())));
    if (recent.size() > CAPACITY) {
      recent.remove(recent.keySet().iterator().next());
    }
  }

  @Nullable Recent find(MessageKey key) {
    return recent.get(new Key(key.sender(), key.clientMessageId()));
  }

  /// Bodies are not kept. A sender whose own two bodies collide harms only itself.
  private static long digest(MessageBody body) {
    return Hashing.xxh3_64().hashBytesToLong(body.bytes());
  }

  private record Key(String sender, ClientMessageId clientMessageId) {}

  /// What is remembered of a message.
  record Recent(long seq, long prevSeq, long digest) {
    boolean says(MessageBody body) {
      return digest == RecentMessages.digest(body);
    }
  }
}
