package dev.carillon.cli;

import dev.carillon.client.CarillonClient;
import dev.carillon.client.ClientMessageId;
import dev.carillon.client.Content;
import dev.carillon.client.Target;
import dev.carillon.installation.ExitCodes;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `carillon send`: sends one message and prints where it was stored.
@Command(
    name = "send",
    mixinStandardHelpOptions = true,
    description = "Send a message; prints where it was stored.")
final class SendCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin ConnectionOptions connection = new ConnectionOptions();

  @ArgGroup(multiplicity = "1")
  Recipient recipient = new Recipient();

  @ArgGroup(multiplicity = "1")
  What what = new What();

  @Option(
      names = "--client-message-id",
      paramLabel = "HEX",
      description = "Your own name for the message, 32 hex digits: sending again is then safe.")
  @Nullable String clientMessageId;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  /// The target of the message.
  static final class Recipient {
    @Option(names = "--to", required = true, paramLabel = "USER", description = "A person.")
    @Nullable String to;

    @Option(names = "--group", required = true, paramLabel = "ID", description = "A group.")
    @Nullable String group;
  }

  /// The content of the message.
  static final class What {
    @Option(names = "--text", required = true, description = "Plain text.")
    @Nullable String text;

    @Option(
        names = "--recall",
        required = true,
        paramLabel = "SEQ",
        description = "Withdraw a message.")
    @Nullable Long recall;

    @ArgGroup(exclusive = false, multiplicity = "1")
    @Nullable NewText change;

    @ArgGroup(exclusive = false, multiplicity = "1")
    @Nullable React react;
  }

  /// New text for an earlier message.
  static final class NewText {
    @Option(
        names = "--edit",
        required = true,
        paramLabel = "SEQ",
        description = "Change a message of yours,")
    long seq;

    @Option(
        names = "--new-text",
        required = true,
        paramLabel = "TEXT",
        description = "to this text.")
    String text = "";
  }

  /// A reaction to an earlier message.
  static final class React {
    @Option(
        names = "--react-to",
        required = true,
        paramLabel = "SEQ",
        description = "React to a message,")
    long seq;

    @Option(names = "--reaction", required = true, paramLabel = "EMOJI", description = "with this.")
    String reaction = "";

    @Option(names = "--take-back", description = "Take the reaction back.")
    boolean removed;
  }

  @Override
  public Integer call() {
    Target target = ConnectionOptions.target(recipient.to, recipient.group);
    ClientMessageId id = Arguments.clientMessageId(clientMessageId);
    Content content = content();
    try (CarillonClient client = connection.openForRequests()) {
      Output output = new Output(spec.commandLine().getOut(), json);
      output.sent(connection.await(client.send(target, content, id)));
    }
    return ExitCodes.OK;
  }

  private Content content() {
    NewText change = what.change;
    if (change != null) {
      return new Content.Edit(
          Arguments.positive("--edit", change.seq),
          Content.text(Arguments.text("--new-text", change.text)));
    }
    React react = what.react;
    if (react != null) {
      return new Content.Reaction(
          Arguments.positive("--react-to", react.seq),
          Arguments.text("--reaction", react.reaction),
          react.removed);
    }
    Long recall = what.recall;
    return recall != null
        ? new Content.Recall(Arguments.positive("--recall", recall))
        : Content.text(Arguments.text("--text", String.valueOf(what.text)));
  }
}
