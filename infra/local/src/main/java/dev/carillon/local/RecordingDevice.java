package dev.carillon.local;

import dev.carillon.client.CarillonClient;
import dev.carillon.client.ClientMessageId;
import dev.carillon.client.Content;
import dev.carillon.client.ConversationId;
import dev.carillon.client.CursorStore;
import dev.carillon.client.HistoryPage;
import dev.carillon.client.HistoryRange;
import dev.carillon.client.Message;
import dev.carillon.client.SentMessage;
import dev.carillon.client.Target;
import dev.carillon.installation.Installation;
import dev.carillon.installation.LocalTokens;
import dev.carillon.local.supervisor.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A device of one user that keeps every message it received, in the order of arrival: for the demo
/// and the tests.
///
/// @param inbox the messages received so far
record RecordingDevice(CarillonClient client, Queue<Message> inbox) implements AutoCloseable {
  private static final Duration TOKEN_LIFETIME = Duration.ofHours(1);
  private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(3);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(10);

  /// Begins to connect.
  ///
  /// @param cursors what the device had processed before; the same store continues where the device
  ///   ended
  static RecordingDevice open(
      Installation installation, String user, String name, CursorStore cursors) {
    Queue<Message> inbox = new ConcurrentLinkedQueue<>();
    CarillonClient client =
        CarillonClient.builder()
            .endpoints(installation.endpoints())
            .token(LocalTokens.of(installation).sign(user, TOKEN_LIFETIME))
            .deviceId(name)
            .cursorStore(cursors)
            .listener(inbox::add)
            .requestTimeout(REQUEST_TIMEOUT)
            .open();
    return new RecordingDevice(client, inbox);
  }

  /// Sends and does not wait.
  CompletableFuture<SentMessage> sending(Target target, String text, ClientMessageId id) {
    return client.send(target, Content.text(text), id);
  }

  /// Sends and waits until it is stored.
  SentMessage send(Target target, String text) {
    return sending(target, text, ClientMessageId.random()).join();
  }

  /// The messages of one conversation received so far, without notices.
  List<Message> received(ConversationId conversation) {
    return texts(
        inbox.stream().filter(message -> message.conversationId().equals(conversation)).toList());
  }

  /// Waits until `count` texts of a conversation were received.
  ///
  /// @return whether they were within the limit
  boolean awaitReceived(ConversationId conversation, int count, Duration limit) {
    return Wait.until(() -> received(conversation).size() >= count, POLL_INTERVAL, limit);
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

  /// The texts among messages.
  static List<Message> texts(List<Message> messages) {
    return messages.stream().filter(message -> message.content() instanceof Content.Text).toList();
  }

  /// The words of a text message.
  static String text(Message message) {
    return message.content() instanceof Content.Text text ? text.text() : "";
  }

  @Override
  public void close() {
    client.close();
  }
}
