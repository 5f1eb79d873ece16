package dev.carillon.cli;

import dev.carillon.client.CarillonClient;
import dev.carillon.client.CarillonException;
import dev.carillon.client.ClientBuilder;
import dev.carillon.client.ConversationId;
import dev.carillon.client.CursorStore;
import dev.carillon.client.FileCursorStore;
import dev.carillon.client.MessageListener;
import dev.carillon.client.Target;
import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.installation.LocalTokens;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options for the user, the device and the gateways of a connection.
final class ConnectionOptions {
  private static final Duration TOKEN_LIFETIME = Duration.ofHours(12);
  private static final String DEFAULT_DEVICE = "cli";

  @Option(
      names = "--as",
      paramLabel = "USER",
      description = "The user to sign in as, with the key of the installation on this machine.")
  @Nullable String user;

  @Option(
      names = "--token",
      paramLabel = "JWT",
      description = "A signed token to sign in with, instead of --as.")
  @Nullable String token;

  @Option(
      names = "--endpoint",
      paramLabel = "HOST:PORT",
      split = ",",
      description = "The gateways to connect to. Default: those of the installation in --data.")
  List<String> endpoints = List.of();

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = {
        "The device's name. Commands that receive remember what each device has seen.",
        "Default: cli. A command that does not receive takes a new name at every run."
      })
  @Nullable String device;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description = "How long to wait for an answer. Default: ${DEFAULT-VALUE}.")
  int timeoutSeconds;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The installation's data folder. Default: .carillon in the clone.")
  @Nullable Path data;

  private @Nullable ClientBuilder description;

  /// A client that sends and queries; it receives no messages.
  CarillonClient openForRequests() {
    String name = device == null ? DEFAULT_DEVICE + "-" + UUID.randomUUID() : device;
    return signedIn(describe().deviceId(name).sendOnly());
  }

  /// A client that receives, and remembers in `cursors` what it has seen.
  CarillonClient openForReceiving(CursorStore cursors, MessageListener listener) {
    return signedIn(describe().deviceId(receivingDevice()).cursorStore(cursors).listener(listener));
  }

  /// The cursors of the receiving device, in the data folder; none are created when the options are
  /// wrong.
  FileCursorStore cursors() {
    describe();
    return FileCursorStore.open(
        InstallationFolder.of(data)
            .root()
            .resolve("clients")
            .resolve(name(owner()))
            .resolve(name(receivingDevice())));
  }

  /// Waits for an answer no longer than a request may take.
  <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get(timeoutSeconds + 5L, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new CompletionException(failed.getCause());
    } catch (TimeoutException late) {
      throw new CommandFailure(
          ExitCodes.UNREACHABLE, "no answer within " + timeoutSeconds + " seconds");
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCodes.REFUSED, "interrupted");
    }
  }

  /// The target that `--to` or `--group` names.
  static Target target(@Nullable String to, @Nullable String group) {
    if (to != null) {
      return Target.user(Arguments.name("user", to));
    }
    return Target.conversation(conversation(String.valueOf(group)));
  }

  static ConversationId conversation(String hex) {
    try {
      return new ConversationId(hex);
    } catch (IllegalArgumentException malformed) {
      throw new CommandFailure(ExitCodes.USAGE, String.valueOf(malformed.getMessage()));
    }
  }

  /// The user that the client signs in as: from `--as`, else from the token.
  String owner() {
    String known = user;
    return known == null ? LocalTokens.subject(String.valueOf(token)) : known;
  }

  String receivingDevice() {
    return device == null ? DEFAULT_DEVICE : device;
  }

  private CarillonClient signedIn(ClientBuilder description) {
    CarillonClient client = description.open();
    try {
      client.signedIn().get(timeoutSeconds, TimeUnit.SECONDS);
      return client;
    } catch (ExecutionException failed) {
      client.close();
      if (failed.getCause() instanceof CarillonException refused) {
        throw refused;
      }
      throw new CompletionException(failed.getCause());
    } catch (TimeoutException late) {
      client.close();
      throw new CommandFailure(
          ExitCodes.UNREACHABLE,
          "no gateway answered within "
              + timeoutSeconds
              + " seconds at "
              + String.join(", ", where()));
    } catch (InterruptedException stop) {
      client.close();
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCodes.REFUSED, "interrupted");
    }
  }

  private ClientBuilder describe() {
    ClientBuilder known = description;
    if (known != null) {
      return known;
    }
    check();
    try {
      ClientBuilder made =
          CarillonClient.builder()
              .endpoints(where())
              .token(credential())
              .appVersion("carillon-cli")
              .requestTimeout(Duration.ofSeconds(timeoutSeconds));
      description = made;
      return made;
    } catch (IllegalArgumentException malformed) {
      throw new CommandFailure(ExitCodes.USAGE, String.valueOf(malformed.getMessage()));
    }
  }

  private void check() {
    if (user == null && token == null) {
      throw Arguments.refused("--as or --token", "neither given", "one");
    }
    if (user != null && token != null) {
      throw Arguments.refused("--as and --token", "both given", "one");
    }
    Arguments.nameIfGiven("--as", user);
    Arguments.nameIfGiven("--device", device);
    Arguments.positive("--timeout", timeoutSeconds);
  }

  private List<String> where() {
    return endpoints.isEmpty() ? InstallationFolder.of(data).running().endpoints() : endpoints;
  }

  private String credential() {
    String given = token;
    if (given != null) {
      return given;
    }
    return LocalTokens.of(InstallationFolder.of(data).running())
        .sign(String.valueOf(user), TOKEN_LIFETIME);
  }

  /// A folder's name for the name of a user or device, which may hold any character.
  private static String name(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace(".", "%2E");
  }
}
