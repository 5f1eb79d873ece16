package dev.carillon.check.workload;

import com.google.protobuf.ByteString;
import dev.carillon.check.history.Event.Complete;
import dev.carillon.check.history.Event.Delivered;
import dev.carillon.check.history.Event.HistoryRead;
import dev.carillon.check.history.Event.Synced;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.Recorder;
import dev.carillon.check.history.ThreadState;
import dev.carillon.check.workload.TestDevice.Reading;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.Deliver;
import dev.carillon.message.v1.ListMessagesResponse;
import dev.carillon.message.v1.SyncMailboxResponse;
import dev.carillon.message.v1.ThreadChange;
import dev.carillon.type.v1.Thread;
import dev.carillon.wire.Frames;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What one wire device holds, and how it learns what it lacks: by pulling what the chain names,
/// and by syncing when the mailbox has another version. It reads history for the load too. Confined
/// to the device's loop.
final class WireMailbox {
  private static final int MESSAGES_PER_THREAD = 5;
  private static final int THREADS_PER_PAGE = 4;
  private static final int PULL_LIMIT = 200;

  private final TestDevice device;
  private final Recorder recorder;
  private final ReorderBuffer buffer = new ReorderBuffer();
  private final Map<String, Long> wanted = new HashMap<>();
  private final Map<Long, Asked> open = new HashMap<>();
  private final Predicate<ClientFrame> out;
  private @Nullable Round round;
  private boolean again;
  private long version;
  private long requestId = 1L << 40;

  /// One unanswered reading of history.
  ///
  /// @param answer null: the device pulls for itself
  private record Asked(Reading reading, @Nullable CompletableFuture<HistoryRead> answer) {}

  /// One sync that goes on.
  private static final class Round {
    final long askedAt;
    final long after;
    final List<ThreadState> threads = new ArrayList<>();
    long requestId;
    @Nullable SyncMailboxResponse page;

    Round(long askedAt, long after) {
      this.askedAt = askedAt;
      this.after = after;
    }
  }

  /// @param out sends a frame, or says that it cannot be sent now
  WireMailbox(TestDevice device, Predicate<ClientFrame> out) {
    this.device = device;
    this.out = out;
    recorder = device.recorder;
  }

  void disconnected() {
    round = null;
    again = false;
    open.values().forEach(asked -> fail(asked, "the connection was lost"));
    open.clear();
  }

  /// Pulls what is missing, unless it is being pulled: on a new connection, and again and again,
  /// because it may not have been to be had a moment ago.
  void pullAll() {
    List.copyOf(wanted.keySet()).forEach(this::pullMissing);
  }

  void delivered(long connection, Deliver deliver) {
    Fact fact = recorder.shared(Facts.of(deliver.getMessage()));
    recorder.record(
        new Delivered(
            recorder.now(), device.device, connection, deliver.getDeliveryNumber(), fact));
    take(fact);
  }

  /// The server reported the version of the mailbox.
  void told(long mailboxVersion) {
    if (mailboxVersion != version) {
      sync();
    }
  }

  /// Syncs, once more if a sync goes on already.
  void sync() {
    if (round != null) {
      again = true;
    } else {
      Round begun = new Round(recorder.now(), version);
      round = ask(begun, ByteString.EMPTY) ? begun : null;
    }
  }

  void syncPage(long answered, SyncMailboxResponse page) {
    Round now = round;
    if (now == null || now.requestId != answered) {
      return;
    }
    for (ThreadChange change : page.getChangesList()) {
      Thread thread = change.getThread();
      String conversation = Facts.hex(thread.getConversationId());
      now.threads.add(new ThreadState(conversation, thread.getVersion(), thread.getLastSeq()));
      wanted.merge(conversation, thread.getLastSeq(), Math::max);
      change.getMessagesList().forEach(message -> take(recorder.shared(Facts.of(message))));
      pullMissing(conversation);
    }
    now.page = page;
    goOn();
  }

  /// Reads for the load.
  void read(Reading reading, int limit, CompletableFuture<HistoryRead> answer) {
    ask(new Asked(reading, answer), limit);
  }

  void historyPage(long answered, ListMessagesResponse page) {
    Asked asked = open.remove(answered);
    if (asked == null) {
      return;
    }
    List<Fact> facts = page.getMessagesList().stream().map(Facts::of).toList();
    HistoryRead read = device.noteRead(asked.reading(), facts, page.getHasMore());
    if (asked.answer() != null) {
      asked.answer().complete(read);
      return;
    }
    String conversation = read.conversation();
    long before = buffer.held(conversation);
    hand(buffer.takeHistory(conversation, page.getVisibleAfterSeq(), read.facts()));
    if (buffer.held(conversation) > before) {
      pullMissing(conversation);
    }
  }

  /// A sync has to begin anew, a reading has failed, or a pull has to be tried later.
  void refused(long answered, String reason) {
    if (round != null && round.requestId == answered) {
      round = null;
    }
    Asked asked = open.remove(answered);
    if (asked != null) {
      fail(asked, reason);
    }
  }

  /// Asks for what is missing of a conversation, if anything is and it has not been asked for.
  private void pullMissing(String conversation) {
    long held = buffer.held(conversation);
    long upTo = Math.max(buffer.missingUpTo(conversation), wanted.getOrDefault(conversation, 0L));
    if (upTo > held) {
      wanted.put(conversation, upTo);
      boolean pulling =
          open.values().stream()
              .filter(asked -> asked.answer() == null)
              .anyMatch(asked -> asked.reading().conversation().equals(conversation));
      if (!pulling) {
        Reading reading = new Reading(conversation, recorder.now(), held, upTo + 1, false);
        ask(new Asked(reading, null), PULL_LIMIT);
      }
    }
  }

  private void take(Fact fact) {
    hand(buffer.take(fact));
    pullMissing(fact.conversation());
  }

  private void hand(List<Fact> facts) {
    facts.forEach(device::hand);
    goOn();
  }

  /// Goes on with the sync once everything that its page named is held.
  private void goOn() {
    wanted.entrySet().removeIf(entry -> buffer.held(entry.getKey()) >= entry.getValue());
    Round now = round;
    SyncMailboxResponse page = now == null ? null : now.page;
    if (now == null || page == null || !wanted.isEmpty()) {
      return;
    }
    now.page = null;
    if (!page.getNextPageToken().isEmpty()) {
      ask(now, page.getNextPageToken());
      return;
    }
    round = null;
    version = page.getVersion();
    recorder.record(
        new Synced(now.askedAt, recorder.now(), device.device, now.after, version, now.threads));
    recorder.record(new Complete(recorder.now(), device.device, version));
    if (again) {
      again = false;
      sync();
    }
  }

  private boolean ask(Round now, ByteString token) {
    now.requestId = ++requestId;
    return out.test(
        Frames.sync(requestId, now.after, token, THREADS_PER_PAGE, MESSAGES_PER_THREAD));
  }

  private void ask(Asked asked, int limit) {
    long request = ++requestId;
    Reading reading = asked.reading();
    ByteString conversation = Facts.bytes(reading.conversation());
    if (out.test(
        Frames.history(request, conversation, reading.afterSeq(), reading.beforeSeq(), limit))) {
      open.put(request, asked);
    } else {
      fail(asked, "not connected");
    }
  }

  private static void fail(Asked asked, String why) {
    if (asked.answer() != null) {
      asked.answer().completeExceptionally(new IllegalStateException(why));
    }
  }
}
