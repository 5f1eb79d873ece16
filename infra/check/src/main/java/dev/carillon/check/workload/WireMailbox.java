package dev.carillon.check.workload;

import com.google.protobuf.ByteString;
import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event.Complete;
import dev.carillon.check.history.Event.Delivered;
import dev.carillon.check.history.Event.Handed;
import dev.carillon.check.history.Event.Synced;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.Recorder;
import dev.carillon.check.history.ThreadState;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.Deliver;
import dev.carillon.connection.v1.Sync;
import dev.carillon.message.v1.SyncMailboxResponse;
import dev.carillon.message.v1.ThreadChange;
import dev.carillon.type.v1.Thread;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What one wire device holds, and how it learns what it lacks: by pulling what the chain names,
/// and by syncing when the mailbox has another version. Confined to the device's loop, but for
/// [#readSeq].
final class WireMailbox {
  private static final int MESSAGES_PER_THREAD = 5;
  private static final int THREADS_PER_PAGE = 4;

  private final Device device;
  private final Recorder recorder;
  private final LongSupplier requestIds;
  private final Puller puller;
  private final ReorderBuffer buffer = new ReorderBuffer();
  private final Map<String, Long> readSeqs = new ConcurrentHashMap<>();
  private final Map<String, Long> wanted = new HashMap<>();
  private @Nullable Consumer<ClientFrame> out;
  private @Nullable Round round;
  private boolean again;
  private long version;

  /// Asks for the part of a conversation after what is held, up to a number.
  interface Puller {
    void pull(String conversation, long afterSeq, long upToSeq);
  }

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

  WireMailbox(Device device, Recorder recorder, LongSupplier requestIds, Puller puller) {
    this.device = device;
    this.recorder = recorder;
    this.requestIds = requestIds;
    this.puller = puller;
  }

  /// The newest message held of a conversation; from any thread.
  long readSeq(String conversation) {
    return readSeqs.getOrDefault(conversation, 0L);
  }

  void connected(Consumer<ClientFrame> to) {
    out = to;
    wanted.keySet().forEach(this::pullMissing);
  }

  void disconnected() {
    out = null;
    round = null;
    again = false;
  }

  void delivered(long connection, Deliver deliver) {
    Fact fact = recorder.shared(Facts.of(deliver.getMessage()));
    recorder.record(
        new Delivered(recorder.now(), device, connection, deliver.getDeliveryNumber(), fact));
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
    } else if (out != null) {
      round = new Round(recorder.now(), version);
      ask(round, ByteString.EMPTY);
    }
  }

  void syncPage(long requestId, SyncMailboxResponse page) {
    Round now = round;
    if (now == null || now.requestId != requestId) {
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

  /// The sync has to begin anew.
  void syncRefused(long requestId) {
    Round now = round;
    if (now != null && now.requestId == requestId) {
      round = null;
    }
  }

  /// A pulled part of history has come.
  ///
  /// @return whether it reported a version; otherwise missing messages have to be fetched later
  boolean pulled(WireReads.Pulled pulled) {
    String conversation = pulled.read().conversation();
    long before = buffer.held(conversation);
    hand(buffer.takeHistory(conversation, pulled.visibleAfter(), pulled.read().facts()));
    if (buffer.held(conversation) == before) {
      return false;
    }
    pullMissing(conversation);
    goOn();
    return true;
  }

  /// Asks once more for what is missing of a conversation, if anything is.
  void pullMissing(String conversation) {
    long upTo = Math.max(buffer.missingUpTo(conversation), wanted.getOrDefault(conversation, 0L));
    if (out != null && upTo > buffer.held(conversation)) {
      wanted.put(conversation, upTo);
      puller.pull(conversation, buffer.held(conversation), upTo);
    }
  }

  private void take(Fact fact) {
    hand(buffer.take(fact));
    pullMissing(fact.conversation());
  }

  private void hand(List<Fact> facts) {
    for (Fact fact : facts) {
      recorder.record(new Handed(recorder.now(), device, fact));
      readSeqs.put(fact.conversation(), fact.seq());
    }
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
        new Synced(now.askedAt, recorder.now(), device, now.after, version, now.threads));
    recorder.record(new Complete(recorder.now(), device, version));
    if (again) {
      again = false;
      sync();
    }
  }

  private void ask(Round now, ByteString token) {
    now.requestId = requestIds.getAsLong();
    Consumer<ClientFrame> to = out;
    if (to != null) {
      to.accept(
          ClientFrame.newBuilder()
              .setSync(
                  Sync.newBuilder()
                      .setRequestId(now.requestId)
                      .setAfterVersion(now.after)
                      .setPageToken(token)
                      .setLimit(THREADS_PER_PAGE)
                      .setMessagesPerThread(MESSAGES_PER_THREAD))
              .build());
    }
  }
}
