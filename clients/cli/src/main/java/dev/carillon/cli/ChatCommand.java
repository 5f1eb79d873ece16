package dev.carillon.cli;

import dev.carillon.client.CarillonClient;
import dev.carillon.client.FileCursorStore;
import dev.carillon.installation.ExitCodes;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `carillon chat`: a client for people in the terminal.
@Command(
    name = "chat",
    mixinStandardHelpOptions = true,
    description = "Chat in the terminal; /help lists the commands.")
final class ChatCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin ConnectionOptions connection = new ConnectionOptions();

  @Parameters(index = "0", paramLabel = "USER", description = "Who you are.", arity = "0..1")
  @Nullable String user;

  @Override
  public Integer call() throws IOException {
    if (user != null && connection.user != null) {
      throw Arguments.refused("USER and --as", "both given", "one");
    }
    if (user != null) {
      connection.user = user;
    }
    try (FileCursorStore cursors = connection.cursors();
        ChatScreen screen = ChatScreen.open(spec.commandLine().getOut())) {
      Chat chat = new Chat(connection, screen);
      try (CarillonClient client = connection.openForReceiving(cursors, chat)) {
        chat.run(client, connection.await(client.signedIn()));
      }
    }
    return ExitCodes.OK;
  }
}
