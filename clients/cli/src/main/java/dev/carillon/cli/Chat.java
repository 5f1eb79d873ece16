package dev.carillon.cli;

import dev.carillon.client.CarillonClient;
import dev.carillon.client.CarillonException;
import dev.carillon.client.ConnectionState;
import dev.carillon.client.Content;
import dev.carillon.client.ConversationId;
import dev.carillon.client.HistoryRange;
import dev.carillon.client.Message;
import dev.carillon.client.MessageListener;
import dev.carillon.client.Target;
import dev.carillon.installation.CommandFailure;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The chat of one user: executes the lines typed, and shows the messages that arrive.
final class Chat implements MessageListener {
  private static final int HISTORY_LINES = 20;
  private static final List<String> HELP =
      List.of(
          "/to USER             talk to a person",
          "/group ID            talk in a group",
          "/create TITLE USER…  create a group and talk in it",
          "/who                 who is in this group",
          "/list                conversations seen in this chat",
          "/history             the last messages here",
          "/quit                end",
          "anything else is sent; a ✓ shows that it is stored");

  private final ConnectionOptions connection;
  private final ChatScreen screen;
  private final Map<ConversationId, String> names = new ConcurrentHashMap<>();
  private volatile @Nullable Target target;
  private volatile @Nullable ConversationId here;
  private volatile String me = "";

  Chat(ConnectionOptions connection, ChatScreen screen) {
    this.connection = connection;
    this.screen = screen;
  }

  /// Reads lines until the end of the input or `/quit`.
  void run(CarillonClient client, String user) throws IOException {
    me = user;
    screen.show("You are " + user + ". Type /to USER to talk to somebody, /help for more.");
    Optional<String> line = screen.read(prompt());
    while (line.isPresent() && !line.get().strip().equals("/quit")) {
      try {
        obey(client, line.get().strip());
      } catch (CarillonException | CommandFailure refused) {
        screen.show("✗ " + refused.getMessage());
      }
      line = screen.read(prompt());
    }
  }

  private String prompt() {
    return (target == null ? me : me + " → " + name(target)) + "> ";
  }

  private void obey(CarillonClient client, String line) {
    List<String> words = Arrays.asList(line.split("\\s+"));
    String argument = words.size() > 1 ? words.get(1) : "";
    switch (words.getFirst()) {
      case "" -> {}
      case "/help" -> HELP.forEach(screen::show);
      case "/to" -> turnTo(Target.user(argument), argument);
      case "/group" ->
          turnTo(Target.conversation(ConnectionOptions.conversation(argument)), argument);
      case "/create" -> create(client, argument, words.stream().skip(2).toList());
      case "/who" -> who(client);
      case "/list" -> names.forEach((id, name) -> screen.show(name + "  " + id));
      case "/history" -> history(client);
      default -> {
        if (line.startsWith("/")) {
          screen.show("✗ " + words.getFirst() + " is no command; /help lists them");
        } else {
          say(client, line);
        }
      }
    }
  }

  private void turnTo(Target to, String name) {
    if (name.isEmpty()) {
      screen.show("✗ no user given (/to USER)");
    } else {
      target = to;
      here = to instanceof Target.Conversation group ? group.id() : null;
    }
  }

  private void create(CarillonClient client, String title, List<String> members) {
    ConversationId id = ConversationId.random();
    connection.await(client.createGroup(id, title, members, false));
    names.put(id, title);
    turnTo(Target.conversation(id), title);
    screen.show("created " + title + " as " + id);
  }

  private void who(CarillonClient client) {
    if (target instanceof Target.Conversation group) {
      screen.show(String.join(", ", connection.await(client.members(group.id())).userIds()));
    } else {
      screen.show(target == null ? "nobody yet" : me + ", " + name(target));
    }
  }

  private void history(CarillonClient client) {
    Target now = target;
    if (now != null) {
      connection
          .await(client.history(now, HistoryRange.newest(HISTORY_LINES)))
          .messages()
          .forEach(message -> screen.show(Output.numbered(message)));
    }
  }

  private void say(CarillonClient client, String text) {
    Target now = target;
    if (now == null) {
      screen.show("✗ no conversation chosen (/to USER or /group ID)");
      return;
    }
    client
        .send(now, Content.text(text))
        .whenComplete((sent, failure) -> {
          if (failure == null) {
            names.putIfAbsent(sent.conversationId(), name(now));
            screen.show("✓ " + text);
          } else {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            screen.show("✗ " + text + " (" + cause.getMessage() + ")");
          }
        });
  }

  private String name(@Nullable Target of) {
    return switch (of) {
      case Target.User user -> user.userId();
      case Target.Conversation group ->
          names.getOrDefault(group.id(), group.id().hex().substring(0, 8));
      case null -> "";
    };
  }

  @Override
  public void onMessage(Message message) {
    ConversationId id = message.conversationId();
    if (message.sender().equals(me)) {
      return;
    }
    names.putIfAbsent(id, Output.place(message, me));
    String where = id.equals(here) ? "" : "(" + names.get(id) + ") ";
    screen.show(where + Output.forPeople(message));
  }

  @Override
  public void onState(ConnectionState state) {
    switch (state) {
      case CONNECTING -> {
        if (!me.isEmpty()) {
          screen.show("… connecting");
        }
      }
      case CONNECTED -> {
        if (!me.isEmpty()) {
          screen.show("… connected");
        }
      }
      case CLOSED -> screen.show("… closed");
    }
  }
}
