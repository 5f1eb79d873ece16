package dev.carillon.check.workload;

import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event;
import dev.carillon.check.history.Event.ChangeInvoked;
import dev.carillon.check.history.Event.Complete;
import dev.carillon.check.history.Event.Connected;
import dev.carillon.check.history.Event.Disconnected;
import dev.carillon.check.history.Event.HistoryRead;
import dev.carillon.check.history.Event.Outcome;
import dev.carillon.check.history.Fact;
import dev.carillon.check.workload.Conversation.Kind;
import dev.carillon.client.CarillonClient;
import dev.carillon.client.CarillonException;
import dev.carillon.client.ClientMessageId;
import dev.carillon.client.ConnectionState;
import dev.carillon.client.Content;
import dev.carillon.client.ConversationId;
import dev.carillon.client.CursorStore;
import dev.carillon.client.GroupChange;
import dev.carillon.client.HistoryRange;
import dev.carillon.client.InMemoryCursorStore;
import dev.carillon.client.Message;
import dev.carillon.client.MessageListener;
import dev.carillon.client.Target;
import dev.carillon.local.supervisor.Wait;
import dev.carillon.wire.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A device that uses the Java SDK as an application does. It notes what the application is handed.
final class SdkDevice extends TestDevice {
  private final Random random;
  private final CursorStore cursors = new InMemoryCursorStore();
  private final Object lock = new Object();
  private volatile long frozenUntil = System.nanoTime();
  private @Nullable CarillonClient client;
  private boolean connected;
  private boolean closed;
  private long generation;

  private SdkDevice(Device device, DeviceContext context, long seed) {
    super(device, context);
    random = new Random(seed);
  }

  /// A device that begins to connect.
  static SdkDevice open(Device device, DeviceContext context, long seed) {
    SdkDevice opened = new SdkDevice(device, context, seed);
    opened.comeBack();
    return opened;
  }

  @Override
  void attempt(Outgoing outgoing) {
    long op = outgoing.op();
    call(client ->
            client.send(
                target(outgoing.conversation()),
                Content.text(outgoing.text()),
                new ClientMessageId(outgoing.id())))
        .whenComplete((sent, failure) ->
            end(
                outgoing,
                sent == null
                    ? failed(op, failure)
                    : new Event.Stored(
                        recorder.now(), device, op, sent.seq(), sent.prevSeq(), sent.duplicate())));
  }

  private Outcome failed(long op, @Nullable Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof CarillonException answer
        && answer.kind() == CarillonException.Kind.REFUSED) {
      return new Event.Refused(recorder.now(), device, op, answer.reason());
    }
    return new Event.Unknown(recorder.now(), device, op, String.valueOf(cause));
  }

  /// Asks the SDK, unless the device is away.
  private <T> CompletableFuture<T> call(Function<CarillonClient, CompletableFuture<T>> request) {
    CarillonClient open = client();
    return open == null
        ? CompletableFuture.failedFuture(new IllegalStateException(device + " is away"))
        : request.apply(open);
  }

  @Override
  boolean inUse() {
    return client() != null;
  }

  @Override
  void goAway() {
    CarillonClient open;
    synchronized (lock) {
      open = client;
      client = null;
      generation++;
      noteDisconnected();
    }
    if (open != null) {
      open.close();
    }
  }

  @Override
  void comeBack() {
    synchronized (lock) {
      if (client != null || closed) {
        return;
      }
      long mine = ++generation;
      List<String> endpoints = new ArrayList<>(context.endpoints().webSocket());
      Collections.shuffle(endpoints, random);
      client =
          CarillonClient.builder()
              .endpoints(endpoints)
              .tokens(() -> context.tokens().apply(device.user()))
              .deviceId(device.name())
              .appVersion("carillon check")
              .cursorStore(new Cursors(mine))
              .listener(new Listener(mine))
              .requestTimeout(context.patience())
              .open();
    }
  }

  @Override
  void freeze(Duration howLong) {
    frozenUntil = System.nanoTime() + howLong.toNanos();
  }

  @Override
  void catchUp() {
    CarillonClient open = client();
    if (open != null) {
      open.sync();
    }
  }

  /// Creates a group of which this device's user is a member.
  CompletableFuture<GroupChange> createGroup(Conversation group) {
    List<String> others =
        group.founders().stream().filter(member -> !member.equals(device.user())).toList();
    boolean whole = group.kind() == Kind.WHOLE_HISTORY;
    return call(
        client -> client.createGroup(new ConversationId(group.id()), "checked", others, whole));
  }

  /// Asks for a change of a group's membership; its outcome is recorded and reported in any case.
  void change(ChangeInvoked asked, Consumer<Outcome> ended) {
    ConversationId group = new ConversationId(asked.conversation());
    call(client ->
            asked.added().isEmpty()
                ? client.removeMembers(group, asked.removed())
                : client.addMembers(group, asked.added()))
        .whenComplete((change, failure) -> {
          Outcome outcome =
              change == null
                  ? failed(asked.op(), failure)
                  : new Event.Changed(
                      recorder.now(), device, asked.op(), change.seq(), change.userIds());
          recorder.record(outcome);
          ended.accept(outcome);
        });
  }

  @Override
  CompletableFuture<HistoryRead> read(
      Conversation conversation, long afterSeq, int limit, boolean last) {
    Reading reading =
        new Reading(conversation.id(), recorder.now(), afterSeq, Long.MAX_VALUE, last);
    return call(client ->
            client.history(
                Target.conversation(new ConversationId(conversation.id())),
                HistoryRange.after(afterSeq, limit)))
        .orTimeout(context.patience().toMillis(), TimeUnit.MILLISECONDS)
        .thenApply(page ->
            noteRead(reading, page.messages().stream().map(Facts::of).toList(), page.hasMore()));
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
    }
    goAway();
  }

  private @Nullable CarillonClient client() {
    synchronized (lock) {
      return client;
    }
  }

  private Target target(Conversation conversation) {
    return conversation.direct()
        ? Target.user(conversation.peerOf(device.user()))
        : Target.conversation(new ConversationId(conversation.id()));
  }

  /// Holds the lock.
  private void noteDisconnected() {
    if (connected) {
      connected = false;
      recorder.record(new Disconnected(recorder.now(), device));
    }
  }

  /// Listens to one SDK client; events of a client that was replaced are ignored.
  private final class Listener implements MessageListener {
    private final long mine;

    Listener(long mine) {
      this.mine = mine;
    }

    @Override
    public void onMessage(Message message) {
      for (long left = frozenUntil - System.nanoTime();
          left > 0;
          left = frozenUntil - System.nanoTime()) {
        Wait.nanos(left);
      }
      Fact fact = recorder.shared(Facts.of(message));
      synchronized (lock) {
        if (mine != generation) {
          throw new IllegalStateException("the device went away");
        }
        hand(fact);
        // Here and not only by the SDK a moment later: the device must find it when it reconnects.
        cursors.processed(message.conversationId(), message.seq());
      }
    }

    @Override
    public void onState(ConnectionState state) {
      synchronized (lock) {
        if (mine != generation) {
          return;
        }
        switch (state) {
          case CONNECTED -> {
            connected = true;
            recorder.record(
                new Connected(recorder.now(), device, recorder.number(), Transport.WEB_SOCKET, ""));
          }
          case CONNECTING -> noteDisconnected();
          case CLOSED -> {
            // Ended for good by the server: an application would sign in again.
            noteDisconnected();
            client = null;
            context.timers().schedule(SdkDevice.this::comeBack, 1, TimeUnit.SECONDS);
          }
        }
      }
    }
  }

  /// The cursors as one client sees them; a client that was left changes nothing any more.
  private final class Cursors implements CursorStore {
    private final long mine;

    Cursors(long mine) {
      this.mine = mine;
    }

    @Override
    public OptionalLong lastSeq(ConversationId conversationId) {
      return cursors.lastSeq(conversationId);
    }

    @Override
    public void processed(ConversationId conversationId, long seq) {
      synchronized (lock) {
        if (mine == generation) {
          cursors.processed(conversationId, seq);
        }
      }
    }

    @Override
    public long mailboxVersion() {
      return cursors.mailboxVersion();
    }

    @Override
    public void completeUpTo(long mailboxVersion) {
      synchronized (lock) {
        if (mine == generation) {
          cursors.completeUpTo(mailboxVersion);
          recorder.record(new Complete(recorder.now(), device, mailboxVersion));
        }
      }
    }

    @Override
    public void forgetAllBut(Set<ConversationId> known) {
      synchronized (lock) {
        if (mine == generation) {
          cursors.forgetAllBut(known);
        }
      }
    }
  }
}
