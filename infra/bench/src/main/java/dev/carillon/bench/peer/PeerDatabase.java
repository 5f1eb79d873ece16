package dev.carillon.bench.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carillon.engines.EngineBinaries;
import dev.carillon.engines.MariaDbEngine;
import dev.carillon.engines.MariaDbOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/// The database of a peer: a MariaDB as Carillon's own, which flushes at every commit.
final class PeerDatabase implements AutoCloseable {
  static final String NAME = "bench_peer";
  static final String DURABILITY = "MariaDB, which flushes its log at every commit";

  private final MariaDbEngine engine;

  private PeerDatabase(MariaDbEngine engine) {
    this.engine = engine;
  }

  /// Starts an empty one.
  static PeerDatabase start(Path folder, Consumer<String> progress) {
    Path cache = Path.of(System.getProperty("carillon.home", "."), ".engines");
    String password = UUID.randomUUID().toString();
    return new PeerDatabase(
        MariaDbEngine.start(
            EngineBinaries.locate(cache, progress),
            folder.resolve("mariadb"),
            MariaDbOptions.of("bench", password, List.of(NAME))));
  }

  /// Writes the configuration of a peer, which stands on the class path, into the peer's folder.
  ///
  /// @param port where it is to accept clients
  Path configure(Path folder, String template, int port) throws IOException {
    try (InputStream in = PeerDatabase.class.getResourceAsStream(template)) {
      if (in == null) {
        throw new IllegalStateException(template + " is not on the class path");
      }
      String text =
          new String(in.readAllBytes(), UTF_8)
              .replace("@FOLDER@", folder.toString())
              .replace("@PORT@", Integer.toString(port))
              .replace("@SQL_PORT@", Integer.toString(engine.port()))
              .replace("@SQL_DATABASE@", NAME)
              .replace("@SQL_USER@", engine.user())
              .replace("@SQL_PASSWORD@", engine.password());
      return Files.writeString(folder.resolve(template), text);
    }
  }

  long pid() {
    return engine.pid();
  }

  /// Executes statements. Users are inserted so too, straight into a table: that takes a moment
  /// where a peer's own interface takes minutes.
  void execute(String statements) {
    String url = engine.url(NAME) + "&allowMultiQueries=true";
    try (Connection connection =
            DriverManager.getConnection(url, engine.user(), engine.password());
        Statement statement = connection.createStatement()) {
      statement.execute(statements);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot fill the database of a peer", e);
    }
  }

  @Override
  public void close() {
    engine.close();
  }
}
