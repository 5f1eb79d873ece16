package dev.carillon.message.mailbox;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.conversation.ThreadReader;
import dev.carillon.message.conversation.ThreadView;
import dev.carillon.runtime.errors.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;

/// What devices read of mailboxes: the changes since a version, in pages, and the versions
/// themselves.
///
/// A sync freezes the mailbox's version at its first page and ends there. A thread that changes
/// meanwhile moves above that version and out of this sync: it is not lost, for the device is
/// complete up to the frozen version only and finds the thread with its next sync or heartbeat.
///
/// Blocking and thread-safe; holds no state. Fails with a [Refusal] of kind UNAVAILABLE when the
/// database is away.
public final class MailboxService {
  private static final byte[] NO_TOKEN = {};

  private final MailboxStore mailboxes;
  private final ThreadReader conversations;

  /// Reads mailboxes from one store and what their threads hold from the other.
  public MailboxService(MailboxStore mailboxes, ThreadReader conversations) {
    this.mailboxes = mailboxes;
    this.conversations = conversations;
  }

  /// The first page of a sync.
  ///
  /// @param afterVersion the version up to which the device says to be complete; empty: up to where
  ///   it acknowledged last
  public SyncPage first(Device device, OptionalLong afterVersion, PageSize size) {
    long frozen = mailboxes.version(device.userId());
    long after;
    if (afterVersion.isPresent()) {
      after = startWithin(afterVersion.getAsLong(), frozen);
      // A device that begins further back has lost what it had: its own word counts.
      mailboxes.withdraw(device, after);
    } else {
      after = startWithin(mailboxes.syncedVersion(device).orElse(0), frozen);
    }
    return page(device, new PageToken(after, frozen), size);
  }

  /// A later page; acknowledges the page before it.
  ///
  /// @param token the token that came with the page before; refused with PAGE_TOKEN_INVALID unless
  ///   it was given to this device
  public SyncPage next(Device device, byte[] token, PageSize size) {
    PageToken position = PageToken.decode(token, device).orElseThrow(MailboxService::invalidToken);
    if (position.frozen() > mailboxes.version(device.userId())) {
      throw invalidToken();
    }
    mailboxes.acknowledge(device, position.after());
    return page(device, position, size);
  }

  /// The versions of mailboxes, in the order asked; 0 for one that has never changed.
  public List<Long> versions(List<String> userIds) {
    Map<String, Long> found = mailboxes.versions(userIds);
    return userIds.stream().map(user -> found.getOrDefault(user, 0L)).toList();
  }

  /// A device ahead of its mailbox knows a future that was never made durable (the database was
  /// restored): nothing it holds can be relied on.
  private static long startWithin(long after, long frozen) {
    return after <= frozen ? after : 0;
  }

  private SyncPage page(Device device, PageToken position, PageSize size) {
    List<ThreadRow> rows =
        position.atEnd()
            ? List.of()
            : mailboxes.changes(
                device.userId(), position.after(), position.frozen(), size.threads());
    if (rows.isEmpty()) {
      return new SyncPage(List.of(), NO_TOKEN, position.frozen());
    }
    boolean last = rows.size() < size.threads();
    long reached = last ? position.frozen() : rows.getLast().version();
    byte[] next = new PageToken(reached, position.frozen()).encode(device);
    return new SyncPage(contents(device, rows, size), next, position.frozen());
  }

  private List<SyncPage.Change> contents(Device device, List<ThreadRow> rows, PageSize size) {
    List<ConversationId> ids = rows.stream().map(ThreadRow::conversation).toList();
    Map<ConversationId, ThreadView> views = conversations.threads(device.userId(), ids);
    List<ThreadView> inOrder = ids.stream().map(views::get).filter(Objects::nonNull).toList();
    Map<ConversationId, List<StoredMessage>> newest =
        new PageContents(conversations, size.messagesPerThread()).read(inOrder);
    List<SyncPage.Change> changes = new ArrayList<>(rows.size());
    for (ThreadRow row : rows) {
      ThreadView view = views.get(row.conversation());
      if (view != null) {
        List<StoredMessage> messages = newest.getOrDefault(row.conversation(), List.of());
        changes.add(new SyncPage.Change(view, row.version(), messages));
      }
    }
    return changes;
  }

  private static Refusal invalidToken() {
    return new Refusal(
        MailboxError.PAGE_TOKEN_INVALID,
        "page_token: not given to this device (expected: next_page_token of the page before)");
  }
}
