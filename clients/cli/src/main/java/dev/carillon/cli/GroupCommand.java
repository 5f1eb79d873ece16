package dev.carillon.cli;

import dev.carillon.client.CarillonClient;
import dev.carillon.client.ClientMessageId;
import dev.carillon.client.ConversationId;
import dev.carillon.client.GroupChange;
import dev.carillon.installation.ExitCodes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `carillon group`: creates groups and changes their members.
@Command(
    name = "group",
    mixinStandardHelpOptions = true,
    description = "Create a group, change or list its members.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      GroupCommand.Create.class,
      GroupCommand.Add.class,
      GroupCommand.Remove.class,
      GroupCommand.Leave.class,
      GroupCommand.Members.class
    })
final class GroupCommand implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no subcommand given (see --help)");
  }

  /// The options of all commands about groups.
  abstract static class Base implements Callable<Integer> {
    @Spec CommandSpec spec = CommandSpec.create();
    @Mixin ConnectionOptions connection = new ConnectionOptions();

    @Option(names = "--json", description = "Print one JSON object.")
    boolean json;

    GroupChange ask(Function<CarillonClient, CompletableFuture<GroupChange>> question) {
      try (CarillonClient client = connection.openForRequests()) {
        return connection.await(question.apply(client));
      }
    }

    Output output() {
      return new Output(spec.commandLine().getOut(), json);
    }
  }

  /// `carillon group create`.
  @Command(name = "create", mixinStandardHelpOptions = true, description = "Create a group.")
  static final class Create extends Base {
    @Option(
        names = "--members",
        paramLabel = "USER",
        split = ",",
        description = "The other members, separated by commas.")
    List<String> members = List.of();

    @Option(names = "--title", description = "The group's title.")
    String title = "";

    @Option(
        names = "--id",
        paramLabel = "ID",
        description = "Its id, 32 hex digits. Default: random.")
    String id = ConversationId.random().hex();

    @Option(
        names = "--whole-history",
        description = "Let members who join later read what was said before.")
    boolean wholeHistory;

    @Override
    public Integer call() {
      ConversationId group = ConnectionOptions.conversation(id);
      List<String> others = Arguments.names("--members", members);
      GroupChange created = ask(client -> client.createGroup(group, title, others, wholeHistory));
      List<String> everybody = new ArrayList<>(others);
      String owner = connection.user;
      if (owner != null && !everybody.contains(owner)) {
        everybody.addFirst(owner);
      }
      output().created(created, title, everybody);
      return ExitCodes.OK;
    }
  }

  /// A command about a group that exists.
  abstract static class Existing extends Base {
    @Option(names = "--group", required = true, paramLabel = "ID", description = "The group.")
    String group = "";

    ConversationId id() {
      return ConnectionOptions.conversation(group);
    }
  }

  /// A command that changes the members of a group.
  abstract static class Changing extends Existing {
    @Option(
        names = "--client-message-id",
        paramLabel = "HEX",
        description = "Your own name for the change, 32 hex digits: repeating it is then safe.")
    @Nullable String clientMessageId;

    ClientMessageId changeId() {
      return Arguments.clientMessageId(clientMessageId);
    }
  }

  /// `carillon group add`.
  @Command(name = "add", mixinStandardHelpOptions = true, description = "Add members to a group.")
  static final class Add extends Changing {
    @Option(
        names = "--members",
        required = true,
        paramLabel = "USER",
        split = ",",
        description = "The users to add.")
    List<String> members = List.of();

    @Override
    public Integer call() {
      ConversationId id = id();
      List<String> whom = Arguments.names("--members", members);
      ClientMessageId changeId = changeId();
      output().changed(ask(client -> client.addMembers(id, whom, changeId)), "added");
      return ExitCodes.OK;
    }
  }

  /// `carillon group remove`.
  @Command(
      name = "remove",
      mixinStandardHelpOptions = true,
      description = "Remove members from a group that you own.")
  static final class Remove extends Changing {
    @Option(
        names = "--members",
        required = true,
        paramLabel = "USER",
        split = ",",
        description = "The members to remove.")
    List<String> members = List.of();

    @Override
    public Integer call() {
      ConversationId id = id();
      List<String> whom = Arguments.names("--members", members);
      ClientMessageId changeId = changeId();
      output().changed(ask(client -> client.removeMembers(id, whom, changeId)), "removed");
      return ExitCodes.OK;
    }
  }

  /// `carillon group leave`.
  @Command(name = "leave", mixinStandardHelpOptions = true, description = "Leave a group.")
  static final class Leave extends Changing {
    @Override
    public Integer call() {
      ConversationId id = id();
      ClientMessageId changeId = changeId();
      try (CarillonClient client = connection.openForRequests()) {
        String me = connection.await(client.signedIn());
        GroupChange left = connection.await(client.removeMembers(id, List.of(me), changeId));
        output().left(left);
      }
      return ExitCodes.OK;
    }
  }

  /// `carillon group members`.
  @Command(
      name = "members",
      mixinStandardHelpOptions = true,
      description = "List the members of a group.")
  static final class Members extends Existing {
    @Override
    public Integer call() {
      ConversationId id = id();
      output().members(ask(client -> client.members(id)));
      return ExitCodes.OK;
    }
  }
}
