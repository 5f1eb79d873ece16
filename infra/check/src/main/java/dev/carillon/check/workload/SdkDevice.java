package dev.carillon.check.workload;

import dev.carillon.check.history.Conversation;
import dev.carillon.check.history.Conversation.Kind;
import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event;
import dev.carillon.check.history.Fact;
import dev.carillon.client.CarillonClient;
import dev.carillon.client.CarillonException;
import dev.carillon.client.ClientMessageId;
import dev.carillon.client.ConnectionState;
import dev.carillon.client.Content;
import dev.carillon.client.ConversationId;
import dev.carillon.client.CursorStore;
import dev.carillon.client.GroupChange;
import dev.carillon.client.HistoryPage;
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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A device that uses the Java SDK as an application does. It notes what the application is handed.
final class SdkDevice extends TestDevice {
  private final Random random;
  private final CursorStore cursors = new InMemoryCursorStore();
  private final Object lock = new Object();
  private volatile long frozenUntil = System.nanoTime();
  private volatile @Nullable Session session;
  private boolean connected;
  private boolean closed;

  /// A device that begins to connect.
  SdkDevice(Device device, DeviceContext context, long seed) {
    super(device, context);
    random = new Random(seed);
    comeBack();
  }

  @Override
  Event.Outcome attempt(long op, Outgoing outgoing, boolean repeat) {
    return outcome(
        op,
        client ->
            client.send(
                target(outgoing.conversation()),
                Content.text(outgoing.text()),
                new ClientMessageId(outgoing.id())),
        sent ->
            new Event.Stored(
                recorder.now(), device, op, sent.seq(), sent.prevSeq(), sent.duplicate()));
  }

  private <T> Event.Outcome outcome(
      long op,
      Function<CarillonClient, CompletableFuture<T>> asked,
      Function<T, Event.Outcome> done) {
    try {
      return done.apply(call(asked).join());
    } catch (CompletionException failure) {
      return failure.getCause() instanceof CarillonException answer
              && answer.kind() == CarillonException.Kind.REFUSED
          ? new Event.Refused(recorder.now(), device, op, answer.reason())
          : new Event.Unknown(recorder.now(), device, op, String.valueOf(failure.getCause()));
    }
  }

  /// Asks the SDK, unless the device is away.
  private <T> CompletableFuture<T> call(Function<CarillonClient, CompletableFuture<T>> request) {
    Session open = session;
    return open == null
        ? CompletableFuture.failedFuture(new IllegalStateException(device + " is away"))
        : request.apply(open.client);
  }

  @Override
  boolean inUse() {
    return session != null;
  }

  @Override
  void goAway() {
    Session open;
    synchronized (lock) {
      open = session;
      session = null;
      noteDisconnected();
    }
    if (open != null) {
      open.client.close();
    }
  }

  @Override
  void comeBack() {
    synchronized (lock) {
      if (session == null && !closed) {
        session = new Session();
      }
    }
  }

  @Override
  void freeze(Duration howLong) {
    frozenUntil = System.nanoTime() + howLong.toNanos();
  }

  @Override
  void catchUp() {
    Session open = session;
    if (open != null) {
      open.client.sync();
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

  /// Changes a group's membership and notes what became of it.
  Event.Outcome change(Event.ChangeInvoked asked) {
    recorder.record(asked);
    ConversationId group = new ConversationId(asked.conversation());
    Event.Outcome outcome =
        outcome(
            asked.op(),
            client ->
                asked.added().isEmpty()
                    ? client.removeMembers(group, asked.removed())
                    : client.addMembers(group, asked.added()),
            change ->
                new Event.Changed(
                    recorder.now(), device, asked.op(), change.seq(), change.userIds()));
    recorder.record(outcome);
    return outcome;
  }

  @Override
  Event.HistoryRead read(Reading reading, int limit) {
    HistoryPage page =
        call(client ->
                client.history(
                    Target.conversation(new ConversationId(reading.conversation())),
                    HistoryRange.after(reading.afterSeq(), limit)))
            .orTimeout(context.patience().toMillis(), TimeUnit.MILLISECONDS)
            .join();
    return noteRead(reading, page.messages().stream().map(Facts::of).toList(), page.hasMore());
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
    }
    goAway();
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
      recorder.record(new Event.Disconnected(recorder.now(), device));
    }
  }

  /// One client of the SDK, its listener and its cursors; one that was left changes nothing any
  /// more.
  private final class Session implements MessageListener, CursorStore {
    final CarillonClient client;

    Session() {
      List<String> endpoints = new ArrayList<>(context.endpoints().webSocket());
      Collections.shuffle(endpoints, random);
      client =
          CarillonClient.builder()
              .endpoints(endpoints)
              .tokens(() -> context.tokens().apply(device.user()))
              .deviceId(device.name())
              .appVersion("carillon check")
              .cursorStore(this)
              .listener(this)
              .requestTimeout(context.patience())
              .open();
    }

    private void ifCurrent(Runnable task) {
      synchronized (lock) {
        if (session == this) {
          task.run();
        }
      }
    }

    @Override
    public void onMessage(Message message) {
      while (frozenUntil - System.nanoTime() > 0) {
        Wait.nanos(frozenUntil - System.nanoTime());
      }
      Fact fact = recorder.shared(Facts.of(message));
      synchronized (lock) {
        if (session != this) {
          throw new IllegalStateException("the device went away");
        }
        hand(fact);
        // Here and not only by the SDK a moment later: the device must find it when it reconnects.
        cursors.processed(message.conversationId(), message.seq());
      }
    }

    @Override
    public void onState(ConnectionState state) {
      ifCurrent(() -> {
        switch (state) {
          case CONNECTED -> {
            connected = true;
            recorder.record(
                new Event.Connected(
                    recorder.now(), device, recorder.number(), Transport.WEB_SOCKET, ""));
          }
          case CONNECTING -> noteDisconnected();
          case CLOSED -> {
            // Ended for good by the server: an application would sign in again.
            noteDisconnected();
            session = null;
            CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS)
                .execute(SdkDevice.this::comeBack);
          }
        }
      });
    }

    @Override
    public OptionalLong lastSeq(ConversationId conversationId) {
      return cursors.lastSeq(conversationId);
    }

    @Override
    public void processed(ConversationId conversationId, long seq) {
      ifCurrent(() -> cursors.processed(conversationId, seq));
    }

    @Override
    public long mailboxVersion() {
      return cursors.mailboxVersion();
    }

    @Override
    public void completeUpTo(long mailboxVersion) {
      ifCurrent(() -> {
        cursors.completeUpTo(mailboxVersion);
        recorder.record(new Event.Complete(recorder.now(), device, mailboxVersion));
      });
    }

    @Override
    public void forgetAllBut(Set<ConversationId> known) {
      ifCurrent(() -> cursors.forgetAllBut(known));
    }
  }
}
