package dev.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.client.CarillonClient;
import dev.carillon.client.ClientMessageId;
import dev.carillon.client.ConnectionState;
import dev.carillon.client.Content;
import dev.carillon.client.ConversationId;
import dev.carillon.client.Message;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

final class ChatTest {
  private static final ConversationId CONVERSATION =
      new ConversationId("000102030405060708090a0b0c0d0e0f");

  private final Typed screen = new Typed();
  private final Chat chat = new Chat(new ConnectionOptions(), screen);

  @Test
  void saysWhatIsNoCommandAndGoesOn() throws IOException {
    type("/hlep", "/to", "/group nonsense", "hello", "/quit", "/help");
    assertThat(screen.shown)
        .anyMatch(line -> line.contains("/hlep is no command"))
        .anyMatch(line -> line.equals("✗ no user given (/to USER)"))
        .anyMatch(line -> line.contains("conversation id: nonsense"))
        .anyMatch(line -> line.contains("✗ no conversation chosen (/to USER or /group ID)"))
        .noneMatch(line -> line.contains("talk to a person"));
  }

  @Test
  void thePromptTellsWhoTalksToWhom() throws IOException {
    type("/to bob", "/who", "/group " + CONVERSATION.hex());
    assertThat(screen.prompts)
        .containsExactly("ann> ", "ann → bob> ", "ann → bob> ", "ann → 00010203> ");
    assertThat(screen.shown).contains("ann, bob");
  }

  @Test
  void whatArrivesElsewhereIsMarkedAndOwnMessagesAreNotRepeated() throws IOException {
    type();
    screen.shown.clear();
    chat.onMessage(message("bob", "hi"));
    chat.onMessage(message("ann", "from my other device"));
    assertThat(screen.shown)
        .singleElement()
        .asString()
        .startsWith("(" + CONVERSATION + ") ")
        .endsWith("bob: hi");
  }

  @Test
  void theConnectionIsToldOnceThereWasOne() throws IOException {
    chat.onState(ConnectionState.CONNECTING);
    assertThat(screen.shown).isEmpty();
    type();
    chat.onState(ConnectionState.CONNECTING);
    chat.onState(ConnectionState.CONNECTED);
    chat.onState(ConnectionState.CLOSED);
    assertThat(screen.shown).endsWith("… connecting", "… connected", "… closed");
  }

  private void type(String... lines) throws IOException {
    screen.lines.addAll(List.of(lines));
    try (CarillonClient nobodyAnswers =
        CarillonClient.builder()
            .endpoints("127.0.0.1:1")
            .token("token")
            .deviceId("phone")
            .sendOnly()
            .open()) {
      chat.run(nobodyAnswers, "ann");
    }
  }

  private static Message message(String sender, String text) {
    return new Message(
        CONVERSATION, 1, 0, sender, ClientMessageId.random(), Instant.EPOCH, Content.text(text));
  }

  /// A screen whose lines are typed beforehand.
  private static final class Typed implements ChatScreen {
    final Queue<String> lines = new ArrayDeque<>();
    final List<String> prompts = new ArrayList<>();
    final List<String> shown = new ArrayList<>();

    @Override
    public Optional<String> read(String prompt) {
      prompts.add(prompt);
      return Optional.ofNullable(lines.poll());
    }

    @Override
    public void show(String line) {
      shown.add(line);
    }

    @Override
    public void close() {
      shown.add("closed");
    }
  }
}
