package dev.carillon.message.mailbox;

import dev.carillon.message.append.Change;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.conversation.ThreadView;
import java.util.List;

/// One page of what changed in a mailbox.
public final class SyncPage {
  private final List<Change> changes;
  private final byte[] nextToken;
  private final long version;

  SyncPage(List<Change> changes, byte[] nextToken, long version) {
    this.changes = List.copyOf(changes);
    this.nextToken = nextToken;
    this.version = version;
  }

  /// The threads that changed, by ascending version.
  public List<Change> changes() {
    return changes;
  }

  /// The token of the next page; asking with it acknowledges this one. Empty: there is nothing
  /// more, and nothing to acknowledge.
  public byte[] nextToken() {
    return nextToken.clone();
  }

  /// The version up to which a device is complete that has processed all pages.
  public long version() {
    return version;
  }

  /// One thread that changed.
  ///
  /// @param thread the conversation as the user sees it now
  /// @param version the mailbox's version at which it last changed
  /// @param newest its newest visible messages, in seq order
  public record Change(ThreadView thread, long version, List<StoredMessage> newest) {
    /// Copies the messages.
    public Change {
      newest = List.copyOf(newest);
    }
  }
}
