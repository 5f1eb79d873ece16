package dev.carillon.message.mailbox;

import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.conversation.ThreadView;
import java.util.List;
import java.util.Optional;

/// One page of what changed in a mailbox.
///
/// @param changes the threads that changed, by ascending version
/// @param nextToken the token of the next page; asking with it acknowledges this one. Empty: there
///   is nothing more, and nothing to acknowledge.
/// @param version the version up to which a device is complete that has processed all pages
public record SyncPage(List<Change> changes, Optional<PageToken> nextToken, long version) {
  /// One thread that changed: as the user sees it now, the mailbox's version at which it last
  /// changed, and its newest visible messages in seq order.
  public record Change(ThreadView thread, long version, List<StoredMessage> newest) {}
}
