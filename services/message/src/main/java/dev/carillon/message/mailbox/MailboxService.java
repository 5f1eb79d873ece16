package dev.carillon.message.mailbox;

import dev.carillon.message.conversation.ThreadReader;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/// What devices read of mailboxes: the changes since a version, in pages, and the versions
/// themselves.
///
/// A sync freezes the mailbox's version at its first page and ends there. A thread that changes
/// meanwhile moves above that version and out of this sync: it is not lost, for the device is
/// complete up to the frozen version only and finds the thread with its next sync or heartbeat.
///
/// Pages that are asked for at the same time are read together. Blocking and thread-safe. Fails
/// with a [Refusal] of kind UNAVAILABLE when the database is away.
public final class MailboxService {
  /// As long as callers wait for an answer at most.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final MailboxStore mailboxes;
  private final List<SyncRounds> lanes;

  /// Reads mailboxes from one store and what their threads hold from the other.
  ///
  /// @param lanes into how many parts users are divided, each of which is read by itself; a power
  ///   of two, as many as the database has shards or a multiple, so that no transaction crosses a
  ///   shard
  public MailboxService(
      MailboxStore mailboxes, ThreadReader conversations, int lanes, Metrics metrics) {
    this.mailboxes = mailboxes;
    if (lanes < 1) {
      throw new IllegalArgumentException("lanes: " + lanes + " (expected: 1 or more)");
    }
    SyncRound round = new SyncRound(mailboxes, conversations);
    this.lanes =
        IntStream.range(0, lanes)
            .mapToObj(lane -> new SyncRounds(round::answer, PATIENCE, metrics))
            .toList();
  }

  /// The first page of a sync.
  ///
  /// @param afterVersion the version up to which the device says to be complete; empty: up to where
  ///   it acknowledged last
  public SyncPage first(Device device, OptionalLong afterVersion, PageSize size) {
    return read(new SyncCall(device, new SyncStart.Begin(afterVersion), size));
  }

  /// A later page; acknowledges the page before it.
  ///
  /// @param token the token that came with the page before; refused with PAGE_TOKEN_INVALID unless
  ///   it was given to this device
  public SyncPage next(Device device, byte[] token, PageSize size) {
    PageToken position = PageToken.decode(token, device).orElseThrow(SyncRound::invalidToken);
    return read(new SyncCall(device, position, size));
  }

  /// The versions of mailboxes, in the order asked; 0 for one that has never changed.
  public List<Long> versions(List<String> userIds) {
    Map<String, Long> found = mailboxes.versions(userIds);
    return userIds.stream().map(user -> found.getOrDefault(user, 0L)).toList();
  }

  private SyncPage read(SyncCall call) {
    int lane = Slots.part(Slots.of(call.device().userId()), lanes.size());
    return lanes.get(lane).read(call);
  }
}
