package dev.carillon.check.workload;

import com.google.protobuf.ByteString;
import dev.carillon.check.history.Event;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.Recorder;
import dev.carillon.check.workload.TestDevice.Reading;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.Deliver;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.message.v1.ListMessagesResponse;
import dev.carillon.message.v1.SyncMailboxResponse;
import dev.carillon.message.v1.ThreadChange;
import dev.carillon.type.v1.Thread;
import dev.carillon.wire.Frames;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongFunction;

/// What one wire device holds, and how it learns what it lacks: by pulling what the chain names,
/// and by syncing when the mailbox has another version. It reads history for the load too. Safe for
/// use by several threads; one at a time catches up.
final class WireMailbox {
  private static final int MESSAGES_PER_THREAD = 5;
  private static final int THREADS_PER_PAGE = 4;
  private static final int PULL_LIMIT = 200;

  private final TestDevice device;
  private final Recorder recorder;
  private final HeldMessages messages;
  private final Function<LongFunction<ClientFrame>, ServerFrame> wire;
  private final AtomicBoolean catchingUp = new AtomicBoolean();
  private volatile boolean syncDue;
  private volatile long version;

  /// @param wire waits for the answer to a frame with the number that it gives; fails with
  ///   [CompletionException] when there is none, or a refusal
  WireMailbox(TestDevice device, Function<LongFunction<ClientFrame>, ServerFrame> wire) {
    this.device = device;
    this.wire = wire;
    recorder = device.recorder;
    messages = new HeldMessages(device::hand);
  }

  void delivered(long connection, Deliver deliver) {
    Fact fact = recorder.shared(Facts.of(deliver.getMessage()));
    recorder.record(
        new Event.Delivered(
            recorder.now(), device.device, connection, deliver.getDeliveryNumber(), fact));
    messages.take(fact);
    catchUp();
  }

  /// The server reported the version of the mailbox.
  void told(long mailboxVersion) {
    if (mailboxVersion != version) {
      sync();
    }
  }

  /// Syncs, once more if a sync goes on already.
  void sync() {
    syncDue = true;
    catchUp();
  }

  /// Pulls and syncs what is due, unless that goes on already. To be called again and again: what
  /// is missing may not have been to be had a moment ago.
  void catchUp() {
    if ((syncDue || !messages.missing().isEmpty()) && catchingUp.compareAndSet(false, true)) {
      CompletableFuture.runAsync(this::catchUpNow, java.lang.Thread::startVirtualThread)
          .whenComplete((_, _) -> catchingUp.set(false));
    }
  }

  private void catchUpNow() {
    pullMissing();
    if (syncDue) {
      syncDue = false;
      try {
        syncDue |= !synced();
      } catch (CompletionException lost) {
        syncDue = true;
      }
    }
  }

  /// Syncs page by page, each once everything that the page before named is held.
  ///
  /// @return whether it came to its end
  private boolean synced() {
    long askedAt = recorder.now();
    long after = version;
    List<Event.ThreadState> threads = new ArrayList<>();
    ByteString next = ByteString.EMPTY;
    do {
      ByteString token = next;
      SyncMailboxResponse page =
          wire.apply(id -> Frames.sync(id, after, token, THREADS_PER_PAGE, MESSAGES_PER_THREAD))
              .getSyncPage()
              .getPage();
      page.getChangesList().forEach(change -> threads.add(take(change)));
      if (!pullMissing()) {
        return false;
      }
      next = page.getNextPageToken();
      version = next.isEmpty() ? page.getVersion() : after;
    } while (!next.isEmpty());
    recorder.record(
        new Event.Synced(askedAt, recorder.now(), device.device, after, version, threads));
    recorder.record(new Event.Complete(recorder.now(), device.device, version));
    return true;
  }

  private Event.ThreadState take(ThreadChange change) {
    Thread thread = change.getThread();
    String conversation = Facts.hex(thread.getConversationId());
    messages.know(conversation, thread.getLastSeq());
    change.getMessagesList().forEach(one -> messages.take(recorder.shared(Facts.of(one))));
    return new Event.ThreadState(conversation, thread.getVersion(), thread.getLastSeq());
  }

  /// @return whether nothing is missing now
  private boolean pullMissing() {
    messages.missing().forEach(this::pull);
    return messages.missing().isEmpty();
  }

  private void pull(String conversation, long upTo) {
    try {
      long before = -1;
      for (long held = messages.held(conversation);
          before < held && held < upTo;
          held = messages.held(conversation)) {
        before = held;
        Reading reading = new Reading(conversation, recorder.now(), held, upTo + 1, false);
        ListMessagesResponse page = ask(reading, PULL_LIMIT);
        messages.takeHistory(conversation, page.getVisibleAfterSeq(), note(reading, page).facts());
      }
    } catch (CompletionException notNow) {
      // It stays missing.
    }
  }

  /// Reads for the load.
  Event.HistoryRead read(Reading reading, int limit) {
    return note(reading, ask(reading, limit));
  }

  private ListMessagesResponse ask(Reading reading, int limit) {
    ByteString conversation = Facts.bytes(reading.conversation());
    return wire.apply(
            id -> Frames.history(id, conversation, reading.afterSeq(), reading.beforeSeq(), limit))
        .getHistoryPage()
        .getPage();
  }

  private Event.HistoryRead note(Reading reading, ListMessagesResponse page) {
    List<Fact> facts = page.getMessagesList().stream().map(Facts::of).toList();
    return device.noteRead(reading, facts, page.getHasMore());
  }
}
