package dev.carillon.local;

import dev.carillon.client.CarillonClient;
import dev.carillon.client.ClientMessageId;
import dev.carillon.client.Content;
import dev.carillon.client.ConversationId;
import dev.carillon.client.CursorStore;
import dev.carillon.client.HistoryPage;
import dev.carillon.client.HistoryRange;
import dev.carillon.client.Message;
import dev.carillon.client.MessageListener;
import dev.carillon.client.SentMessage;
import dev.carillon.client.Target;
import dev.carillon.installation.Installation;
import dev.carillon.installation.LocalTokens;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A device of one user that keeps every message it received, in the order of arrival: for the demo
/// and the tests.
final class RecordingDevice implements AutoCloseable {
  private static final Duration TOKEN_LIFETIME = Duration.ofHours(1);
  private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(3);

  private final CarillonClient client;
  private final Inbox inbox;

  private RecordingDevice(CarillonClient client, Inbox inbox) {
    this.client = client;
    this.inbox = inbox;
  }

  /// Begins to connect.
  ///
  /// @param cursors what the device had processed before; the same store continues where the device
  ///   ended
  static RecordingDevice open(
      Installation installation, String user, String name, CursorStore cursors) {
    String token =
        new LocalTokens(Path.of(installation.tokenKeyFile()), InstantSource.system())
            .sign(user, TOKEN_LIFETIME);
    Inbox inbox = new Inbox();
    CarillonClient client =
        CarillonClient.builder()
            .endpoints(installation.endpoints())
            .token(token)
            .deviceId(name)
            .cursorStore(cursors)
            .listener(inbox)
            .requestTimeout(REQUEST_TIMEOUT)
            .open();
    return new RecordingDevice(client, inbox);
  }

  CarillonClient client() {
    return client;
  }

  /// Sends and does not wait.
  CompletableFuture<SentMessage> sending(Target target, String text, ClientMessageId id) {
    return client.send(target, Content.text(text), id);
  }

  /// Sends and waits until it is stored.
  SentMessage send(Target target, String text) {
    return sending(target, text, ClientMessageId.random()).join();
  }

  /// Every message received so far.
  List<Message> received() {
    return inbox.all();
  }

  /// The messages of one conversation received so far, without notices.
  List<Message> received(ConversationId conversation) {
    return texts(inbox.all(), conversation);
  }

  /// Waits until `count` texts of a conversation were received.
  ///
  /// @return whether they were within the limit
  boolean awaitReceived(ConversationId conversation, int count, Duration limit)
      throws InterruptedException {
    return inbox.await(conversation, count, limit);
  }

  /// A conversation from its beginning, notices included.
  List<Message> history(ConversationId conversation) {
    List<Message> all = new ArrayList<>();
    HistoryPage page;
    do {
      long last = all.isEmpty() ? 0 : all.getLast().seq();
      page =
          client
              .history(
                  Target.conversation(conversation),
                  HistoryRange.after(last, HistoryRange.MAX_LIMIT))
              .join();
      all.addAll(page.messages());
    } while (page.hasMore());
    return all;
  }

  /// The texts among messages of one conversation.
  static List<Message> texts(List<Message> messages, ConversationId conversation) {
    return messages.stream()
        .filter(message -> message.conversationId().equals(conversation))
        .filter(message -> message.content() instanceof Content.Text)
        .toList();
  }

  /// The words of a text message.
  static String text(Message message) {
    return message.content() instanceof Content.Text text ? text.text() : "";
  }

  @Override
  public void close() {
    client.close();
  }

  /// The messages that a device received.
  private static final class Inbox implements MessageListener {
    private final List<Message> messages = new ArrayList<>();

    @Override
    public synchronized void onMessage(Message message) {
      messages.add(message);
      notifyAll();
    }

    synchronized List<Message> all() {
      return List.copyOf(messages);
    }

    synchronized boolean await(ConversationId conversation, int count, Duration limit)
        throws InterruptedException {
      long deadline = System.nanoTime() + limit.toNanos();
      while (texts(messages, conversation).size() < count) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          return false;
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
      return true;
    }
  }
}
