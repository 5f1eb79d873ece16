package dev.carillon.bench.peer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.engines.ChildProcess;
import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Tinode with MariaDB, where a setting names the folder of a build for MySQL.
final class Tinode implements Peer {
  private static final String SETTING = "CARILLON_BENCH_TINODE";
  private static final Duration INSTALL_LIMIT = Duration.ofSeconds(60);
  private static final int OUTPUT_LINES = 20;

  /// A new account costs Tinode some 50 ms of CPU, so not all are made within one time limit.
  private static final int ACCOUNTS_AT_ONCE = 1_000;

  private final String setting;

  Tinode(Map<String, String> environment) {
    setting = environment.getOrDefault(SETTING, "");
  }

  @Override
  public String name() {
    return "tinode";
  }

  @Override
  public Optional<String> absent() {
    return program("tinode", "server").isPresent() && program("init-db", "tinode-db").isPresent()
        ? Optional.empty()
        : Optional.of(
            "tinode is not there (expected: %s, the folder of a release for MySQL with its"
                    .formatted(SETTING)
                + " programs tinode and init-db, from github.com/tinode/chat)");
  }

  private Optional<Path> program(String... names) {
    if (setting.isEmpty()) {
      return Optional.empty();
    }
    Path named = Path.of(setting).toAbsolutePath();
    Path folder = Files.isDirectory(named) ? named : named.resolveSibling("");
    return List.of(names).stream().map(folder::resolve).filter(Files::isExecutable).findFirst();
  }

  @Override
  public String durability() {
    return "every message is stored in " + PeerSystem.DURABILITY + ", before it is acknowledged";
  }

  @Override
  public MeasuredSystem start(Start start) throws IOException {
    Path server = program("tinode", "server").orElseThrow(this::failure);
    Path installer = program("init-db", "tinode-db").orElseThrow(this::failure);
    Accounts accounts = new Accounts();
    PeerSystem system =
        PeerSystem.start(name(), start, accounts, it -> launch(server, installer, start, it));
    try {
      for (int made = 0; made < start.users(); ) {
        made = Math.min(start.users(), made + ACCOUNTS_AT_ONCE);
        system.gather(made, MeasuredSystem.Shape.PAIRS).close();
      }
      return system;
    } catch (InterruptedException e) {
      system.close();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while accounts were made", e);
    } catch (RuntimeException e) {
      system.close();
      throw e;
    }
  }

  private CommandFailure failure() {
    return new CommandFailure(ExitCodes.USAGE, absent().orElse(SETTING));
  }

  private static void launch(Path server, Path installer, Start start, PeerSystem system)
      throws IOException {
    system.startDatabase();
    Path folder = start.folder();
    // Its installer creates the database.
    system.execute("DROP DATABASE " + PeerSystem.DATABASE);
    String config = "--config=" + system.configure("tinode.json");
    List<String> install = List.of(installer.toString(), "--reset", config);
    try (ChildProcess process =
        ChildProcess.start(install, folder, System.getenv(), folder.resolve("install.log"))) {
      if (!process.awaitExit(INSTALL_LIMIT) || process.onExit().join() != 0) {
        throw new IllegalStateException(
            "tinode cannot fill its database:\n" + process.lastOutput(OUTPUT_LINES));
      }
    }
    List<String> command = List.of(server.toString(), config, "--static_data=-");
    system.run(command, Map.of());
  }

  /// Who there is, each with a name that Tinode gave, and a token with which it signs in again. All
  /// but [#client] is for the thread of the generator's loop.
  static final class Accounts implements PeerDevices.Protocol {
    private final Map<Integer, CompletableFuture<String>> names = new HashMap<>();
    private final Map<Integer, String> tokens = new HashMap<>();
    private final Map<Integer, CompletableFuture<String>> topics = new HashMap<>();

    @Override
    public boolean acknowledges() {
      return true;
    }

    @Override
    public PeerDevices.Client client(int index, int group, PeerDevices devices) {
      return new Client(index, devices, this, group == 0 ? null : topic(group));
    }

    private CompletableFuture<String> topic(int group) {
      return topics.computeIfAbsent(group, _ -> new CompletableFuture<>());
    }

    /// The name of an account, as soon as there is one.
    private CompletableFuture<String> name(int index) {
      return names.computeIfAbsent(index, _ -> new CompletableFuture<>());
    }
  }

  /// One client, in the JSON protocol of Tinode.
  static final class Client extends WebSocketClient {
    private static final String HELLO = "hi";
    private static final String SIGN_IN = "in";
    private static final String SUBSCRIBE = "sub";
    private static final String SEQ = "\"seq\":";
    private static final String CONTENT = "\"content\":\"";
    private static final int FIRST_FAILURE = 400;
    private static final int LOCKED = 503;

    private final Accounts accounts;
    private final @Nullable CompletableFuture<String> group;
    private String topic = "";

    /// @param group the name of the group, which the first client makes; null: none
    Client(
        int index,
        PeerDevices devices,
        Accounts accounts,
        @Nullable CompletableFuture<String> group) {
      super(index, devices);
      this.accounts = accounts;
      this.group = group;
    }

    @Override
    String path() {
      // The key that Tinode's own programs use.
      return "/v0/channels?apikey=AQEAAAABAAD_rAp4DJh05a1HAwFT3A6K";
    }

    @Override
    void upgraded() {
      say("{\"hi\":{\"id\":\"hi\",\"ver\":\"0.22\",\"ua\":\"carillon/1\"}}");
    }

    @Override
    void post(String id, String text) {
      say(
          "{\"pub\":{\"id\":\"%s\",\"topic\":\"%s\",\"content\":\"%s\"}}"
              .formatted(id, topic, text));
    }

    @Override
    void text(String text, long now) {
      if (text.startsWith("{\"data\":")) {
        int content = text.indexOf(CONTENT) + CONTENT.length();
        String message = text.substring(content, text.indexOf('"', content));
        devices.received(index, message, seq(text), now);
      } else if (text.startsWith("{\"ctrl\":")) {
        answer(JsonParser.parseString(text).getAsJsonObject().getAsJsonObject("ctrl"), now);
      }
    }

    private static long seq(String text) {
      int begin = text.indexOf(SEQ) + SEQ.length();
      int end = begin;
      while (Character.isDigit(text.charAt(end))) {
        end++;
      }
      return Long.parseLong(text, begin, end, 10);
    }

    private void answer(JsonObject answer, long now) {
      String id = answer.has("id") ? answer.get("id").getAsString() : "";
      int code = answer.get("code").getAsInt();
      switch (id) {
        case HELLO, SIGN_IN, SUBSCRIBE -> {
          if (code == LOCKED) {
            // The other one of a pair is just creating their topic.
            subscribe();
          } else if (code >= FIRST_FAILURE) {
            throw new IllegalStateException(answer.toString());
          } else {
            goOn(id, answer, now);
          }
        }
        case "" -> {}
        default -> {
          if (code >= FIRST_FAILURE) {
            devices.refused(id, answer.get("text").getAsString());
          } else {
            long seq = answer.getAsJsonObject("params").get("seq").getAsLong();
            devices.acknowledged(id, seq, now);
          }
        }
      }
    }

    private void goOn(String id, JsonObject answer, long now) {
      switch (id) {
        case HELLO -> signIn();
        case SIGN_IN -> {
          JsonObject account = answer.getAsJsonObject("params");
          accounts.tokens.put(index, account.get("token").getAsString());
          accounts.name(index).complete(account.get("user").getAsString());
          subscribe();
        }
        default -> {
          topic = answer.get("topic").getAsString();
          if (group != null) {
            group.complete(topic);
          }
          devices.ready(index, now);
        }
      }
    }

    private void signIn() {
      String token = accounts.tokens.get(index);
      if (token != null) {
        say("{\"login\":{\"id\":\"in\",\"scheme\":\"token\",\"secret\":\"%s\"}}".formatted(token));
        return;
      }
      byte[] secret = (XmppClient.user(index) + ":" + XmppClient.PASSWORD).getBytes(US_ASCII);
      say(
          "{\"acc\":{\"id\":\"in\",\"user\":\"new\",\"scheme\":\"basic\",\"secret\":\"%s\",\"login\":true}}"
              .formatted(Base64.getEncoder().encodeToString(secret)));
    }

    private void subscribe() {
      if (group == null) {
        accounts.name(index ^ 1).thenAccept(this::subscribe);
      } else if (index == 0) {
        subscribe("new");
      } else {
        group.thenAccept(this::subscribe);
      }
    }

    private void subscribe(String name) {
      say("{\"sub\":{\"id\":\"sub\",\"topic\":\"%s\"}}".formatted(name));
    }
  }
}
