package dev.carillon.cli;

import dev.carillon.client.CarillonClient;
import dev.carillon.client.CarillonException;
import dev.carillon.client.HistoryPage;
import dev.carillon.client.HistoryRange;
import dev.carillon.client.Target;
import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `carillon history`: prints a part of a conversation.
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description = "Print a part of a conversation, oldest first.")
final class HistoryCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin ConnectionOptions connection = new ConnectionOptions();

  @ArgGroup(multiplicity = "1")
  Which which = new Which();

  @Option(names = "--after", paramLabel = "SEQ", description = "Only messages after this number.")
  @Nullable Long after;

  @Option(names = "--before", paramLabel = "SEQ", description = "Only messages before this number.")
  @Nullable Long before;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "How many at most, 1 to 200. Default: ${DEFAULT-VALUE}.")
  int limit;

  @Option(names = "--json", description = "Print one JSON object a line.")
  boolean json;

  /// The conversation to read.
  static final class Which {
    @Option(names = "--with", required = true, paramLabel = "USER", description = "A person.")
    @Nullable String with;

    @Option(names = "--group", required = true, paramLabel = "ID", description = "A group.")
    @Nullable String group;
  }

  @Override
  public Integer call() {
    Target target = ConnectionOptions.target(which.with, which.group);
    HistoryRange range = range();
    try (CarillonClient client = connection.openForRequests()) {
      HistoryPage page = connection.await(client.history(target, range));
      Output output = new Output(spec.commandLine().getOut(), json);
      page.messages().forEach(output::message);
    } catch (CarillonException refused) {
      // Two people who never talked have a conversation without messages; a group has an id that
      // was typed, which may be wrong.
      if (which.with == null || !refused.reason().equals("CONVERSATION_UNKNOWN")) {
        throw refused;
      }
    }
    return ExitCodes.OK;
  }

  private HistoryRange range() {
    Long first = after;
    Long end = before;
    if (first != null && first < 0) {
      throw Arguments.refused("--after", first.toString(), "0 or more");
    }
    Arguments.positiveIfGiven("--before", end);
    if (first != null && end != null && first >= end) {
      throw Arguments.refused(
          "--after and --before", first + " and " + end, "the first below the second");
    }
    try {
      return new HistoryRange(optional(after), optional(before), limit);
    } catch (IllegalArgumentException outOfRange) {
      throw new CommandFailure(ExitCodes.USAGE, String.valueOf(outOfRange.getMessage()));
    }
  }

  private static OptionalLong optional(@Nullable Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
