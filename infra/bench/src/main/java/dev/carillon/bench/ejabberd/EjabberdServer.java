package dev.carillon.bench.ejabberd;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carillon.engines.ChildProcess;
import dev.carillon.engines.EngineBinaries;
import dev.carillon.engines.MariaDbEngine;
import dev.carillon.engines.MariaDbOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/// The processes of one ejabberd: Debian's package under this account, and a MariaDB as Carillon's
/// own, which flushes at every commit.
public final class EjabberdServer implements AutoCloseable {
  private static final Path ERLANG = Path.of("/usr/bin/erl");
  private static final Path SCHEMA = Path.of("/usr/share/ejabberd/sql/mysql.new.sql");
  private static final String ACCOUNT = "bench";
  private static final String DATABASE = "bench_ejabberd";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
  private static final int OUTPUT_LINES = 20;

  private final MariaDbEngine database;
  private final ChildProcess process;
  private final InetSocketAddress address;

  private EjabberdServer(MariaDbEngine database, ChildProcess process, InetSocketAddress address) {
    this.database = database;
    this.process = process;
    this.address = address;
  }

  /// What is missing; empty: it can be started.
  public static Optional<String> absent() {
    return Files.isExecutable(ERLANG) && Files.isReadable(SCHEMA)
        ? Optional.empty()
        : Optional.of(
            "ejabberd is not installed (expected: "
                + ERLANG
                + " and "
                + SCHEMA
                + "; apt-get install --no-install-recommends ejabberd erlang-p1-mysql)");
  }

  /// Starts both on an empty folder; returns when clients are accepted.
  ///
  /// @param users how many users it is to know
  static EjabberdServer start(Path folder, int users, Consumer<String> steps) throws IOException {
    String password = UUID.randomUUID().toString();
    Path cache = Path.of(System.getProperty("carillon.home", "."), ".engines");
    MariaDbEngine database =
        MariaDbEngine.start(
            EngineBinaries.locate(cache, steps),
            folder.resolve("mariadb"),
            MariaDbOptions.of(ACCOUNT, password, List.of(DATABASE)));
    try {
      MySqlUsers.create(database, DATABASE, Files.readString(SCHEMA), users);
      InetSocketAddress address = new InetSocketAddress(loopback(), freePort());
      Path config = folder.resolve("ejabberd.yml");
      Files.writeString(config, config(database, address.getPort()));
      EjabberdServer server = new EjabberdServer(database, launch(folder, config), address);
      server.awaitReady();
      steps.accept("ejabberd ready on port " + address.getPort());
      return server;
    } catch (IOException | RuntimeException e) {
      database.close();
      throw e;
    }
  }

  private static String config(MariaDbEngine database, int port) throws IOException {
    try (InputStream template = EjabberdServer.class.getResourceAsStream("ejabberd.yml")) {
      if (template == null) {
        throw new IllegalStateException("ejabberd.yml is not on the class path");
      }
      return new String(template.readAllBytes(), UTF_8)
          .replace("@PORT@", Integer.toString(port))
          .replace("@SQL_PORT@", Integer.toString(database.port()))
          .replace("@SQL_DATABASE@", DATABASE)
          .replace("@SQL_USER@", database.user())
          .replace("@SQL_PASSWORD@", database.password());
    }
  }

  /// As Debian's `ejabberdctl` does it, without changing to another account.
  private static ChildProcess launch(Path folder, Path config) throws IOException {
    Path spool = folder.resolve("spool");
    Files.createDirectories(spool);
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.put("EJABBERD_CONFIG_PATH", config.toString());
    environment.put("EJABBERD_LOG_PATH", folder.resolve("ejabberd.log").toString());
    environment.put("ERL_MAX_PORTS", "32000");
    environment.put("ERL_LIBS", "/usr/lib/x86_64-linux-gnu");
    environment.put("HOME", spool.toString());
    List<String> command =
        List.of(
            ERLANG.toString(),
            "-noinput",
            "+K",
            "true",
            "+P",
            "250000",
            "-mnesia",
            "dir",
            "\"" + spool + "\"",
            "-s",
            "ejabberd");
    return ChildProcess.start(command, spool, environment, folder.resolve("ejabberd.out"));
  }

  private void awaitReady() {
    long begin = System.nanoTime();
    while (!accepts()) {
      boolean ended = process.awaitExit(POLL_INTERVAL);
      if (ended || System.nanoTime() - begin > START_LIMIT.toNanos()) {
        String output = process.lastOutput(OUTPUT_LINES);
        process.close();
        throw new IllegalStateException("ejabberd does not start:\n" + output);
      }
    }
  }

  private boolean accepts() {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, loopback())) {
      return socket.getLocalPort();
    }
  }

  private static InetAddress loopback() {
    return InetAddress.ofLiteral("127.0.0.1");
  }

  InetSocketAddress address() {
    return address;
  }

  long pid() {
    return process.pid();
  }

  long databasePid() {
    return database.pid();
  }

  @Override
  public void close() {
    try {
      process.close();
    } finally {
      database.close();
    }
  }
}
