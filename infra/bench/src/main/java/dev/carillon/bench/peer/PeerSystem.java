package dev.carillon.bench.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.engines.ChildProcess;
import dev.carillon.engines.EngineBinaries;
import dev.carillon.engines.MariaDbEngine;
import dev.carillon.engines.MariaDbOptions;
import dev.carillon.engines.Ports;
import dev.carillon.local.supervisor.Wait;
import dev.carillon.runtime.lifecycle.Closer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A running peer: its process, and its database if it has one.
final class PeerSystem implements MeasuredSystem {
  static final String DATABASE = "bench_peer";
  static final String DURABILITY = "MariaDB, which flushes its log at every commit";

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);
  private static final int OUTPUT_LINES = 20;

  private final String name;
  private final Peer.Start start;
  private final PeerDevices.Protocol protocol;
  private final Closer closer = new Closer();
  private final LinkedHashMap<String, List<Long>> processes = new LinkedHashMap<>();
  private final InetSocketAddress address = new InetSocketAddress(LOOPBACK, Ports.free());
  private @Nullable MariaDbEngine database;
  private int groups;
  private int runs;

  /// What is done to start a peer.
  @FunctionalInterface
  interface Launch {
    /// Gives it what it needs, and runs its program.
    void launch(PeerSystem system) throws IOException;
  }

  private PeerSystem(String name, Peer.Start start, PeerDevices.Protocol protocol) {
    this.name = name;
    this.start = start;
    this.protocol = protocol;
  }

  /// Starts a peer; nothing of it is left when that fails.
  static PeerSystem start(
      String name, Peer.Start start, PeerDevices.Protocol protocol, Launch launch)
      throws IOException {
    PeerSystem system = new PeerSystem(name, start, protocol);
    try {
      launch.launch(system);
      return system;
    } catch (IOException | RuntimeException e) {
      system.close();
      throw e;
    }
  }

  /// Where it is to accept clients.
  int port() {
    return address.getPort();
  }

  /// Starts an empty MariaDB as Carillon's own.
  void startDatabase() {
    Path cache = Path.of(System.getProperty("carillon.home", "."), ".engines");
    MariaDbEngine engine =
        MariaDbEngine.start(
            EngineBinaries.locate(cache, start.progress()),
            start.folder().resolve("mariadb"),
            MariaDbOptions.of("bench", UUID.randomUUID().toString(), List.of(DATABASE)));
    database = closer.add(engine);
    processes.put("mariadb", List.of(engine.pid()));
  }

  /// Executes statements. Users are inserted so too, straight into a table: that takes a moment
  /// where a peer's own interface takes minutes.
  void execute(String statements) {
    MariaDbEngine engine = Objects.requireNonNull(database);
    String url = engine.url(DATABASE) + "&allowMultiQueries=true";
    try (Connection connection =
            DriverManager.getConnection(url, engine.user(), engine.password());
        Statement statement = connection.createStatement()) {
      statement.execute(statements);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot fill the database of a peer", e);
    }
  }

  /// Writes its configuration, which stands on the class path, into its folder.
  Path configure(String template) throws IOException {
    MariaDbEngine engine = Objects.requireNonNull(database);
    try (InputStream in = PeerSystem.class.getResourceAsStream(template)) {
      if (in == null) {
        throw new IllegalStateException(template + " is not on the class path");
      }
      String text =
          new String(in.readAllBytes(), UTF_8)
              .replace("@FOLDER@", start.folder().toString())
              .replace("@PORT@", Integer.toString(port()))
              .replace("@SQL_PORT@", Integer.toString(engine.port()))
              .replace("@SQL_DATABASE@", DATABASE)
              .replace("@SQL_USER@", engine.user())
              .replace("@SQL_PASSWORD@", engine.password());
      return Files.writeString(start.folder().resolve(template), text);
    }
  }

  /// Runs its program in its folder; returns when it accepts clients.
  ///
  /// @param environment in addition to that of this process
  void run(List<String> command, Map<String, String> environment) {
    Map<String, String> all = new HashMap<>(System.getenv());
    all.putAll(environment);
    ChildProcess process =
        closer.add(
            ChildProcess.start(command, start.folder(), all, start.folder().resolve("output.log")));
    processes.putFirst(name, List.of(process.pid()));
    Wait.until(
        () -> MeasuredSystem.accepts(address) || !process.isAlive(), POLL_INTERVAL, START_LIMIT);
    if (!process.isAlive() || !MeasuredSystem.accepts(address)) {
      throw new IllegalStateException(
          command.getFirst() + " does not start:\n" + process.lastOutput(OUTPUT_LINES));
    }
    start.progress().accept(name + " ready on port " + port());
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Map<String, List<Long>> processes() {
    return processes;
  }

  @Override
  public PeerDevices gather(int devices, Shape shape) throws InterruptedException {
    int group = shape == Shape.GROUP ? ++groups : 0;
    return new PeerDevices(protocol, devices, group, start.textLength(), () -> ++runs)
        .signIn(start.loop(), address);
  }

  @Override
  public void close() {
    closer.close();
  }
}
