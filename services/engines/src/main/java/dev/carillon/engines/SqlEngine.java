package dev.carillon.engines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A real database server that speaks the protocol of MySQL.
///
/// It listens on the loopback address only, and the account `root` cannot sign in over it.
public abstract sealed class SqlEngine extends Engine implements SqlServer
    permits MariaDbEngine, MySqlEngine {
  private static final Duration INSTALL_LIMIT = Duration.ofSeconds(60);
  private static final String READY = "ready for connections";
  private static final String DATA = "db";
  private static final String SCRATCH = "tmp";
  private static final String FIRST_STATEMENTS = "init.sql";

  private final MariaDbOptions options;

  SqlEngine(String name, EngineFolder folder, MariaDbOptions options) {
    super(name, folder);
    this.options = options;
  }

  /// Starts the MySQL whose folder the system property `carillon.mysql.dir` names, else MariaDB, as
  /// tests do that run on both.
  ///
  /// @throws EngineException as the `start` of either
  public static SqlEngine start(EngineBinaries binaries, Path data, MariaDbOptions options) {
    @Nullable String mySql = System.getProperty("carillon.mysql.dir");
    return mySql == null || mySql.isBlank()
        ? MariaDbEngine.start(binaries, data, options)
        : MySqlEngine.start(Path.of(mySql), data, options);
  }

  @Override
  public String url(String database) {
    return "jdbc:mysql://127.0.0.1:" + port() + "/" + database + "?sslMode=DISABLED";
  }

  @Override
  public final String user() {
    return options.user();
  }

  @Override
  public final String password() {
    return options.password();
  }

  /// Program and options that the first filling and every start have in common.
  abstract List<String> server(Path data);

  /// The command that fills a new data folder with the system tables.
  abstract List<String> filling(Path data) throws IOException;

  /// Statements that give the application's account its password, new at every start.
  abstract List<String> accountStatements(String account);

  @Override
  final List<String> command(int onPort) throws IOException {
    EngineCache.deleteTree(scratch());
    Files.createDirectory(scratch());
    if (!Files.isDirectory(folder().resolve(DATA))) {
      install();
    }
    Path statements = folder().write(FIRST_STATEMENTS, firstStatements());
    List<String> command = new ArrayList<>(server(folder().resolve(DATA)));
    command.addAll(List.of("--port=" + onPort, "--bind-address=127.0.0.1"));
    command.add("--init-file=" + statements);
    command.add("--max-connections=250");
    command.add("--thread-cache-size=32");
    command.add("--table-open-cache=400");
    command.add("--max-allowed-packet=64M");
    command.add("--character-set-server=utf8mb4");
    command.add("--collation-server=utf8mb4_bin");
    command.add("--default-time-zone=+00:00");
    command.add("--innodb-flush-log-at-trx-commit=" + flushMode());
    return command;
  }

  /// The first statements have run by the time this line is logged, and connections are accepted
  /// after it.
  @Override
  final boolean answers(ChildProcess started) {
    return started.output().contains(READY);
  }

  @Override
  final void started() throws IOException {
    Files.deleteIfExists(folder().resolve(FIRST_STATEMENTS));
  }

  final MariaDbOptions options() {
    return options;
  }

  final Path scratch() {
    return folder().resolve(SCRATCH);
  }

  private int flushMode() {
    return options.durability() == Durability.DURABLE ? 1 : 2;
  }

  /// Fills a new data folder, and gives it its name when it is complete.
  private void install() throws IOException {
    Path unfinished = folder().resolve(DATA + ".new");
    EngineCache.deleteTree(unfinished);
    Files.createDirectory(unfinished);
    Path log = folder().resolve(name() + "-install.log");
    try (ChildProcess filling =
        ChildProcess.start(filling(unfinished), folder().root(), System.getenv(), log)) {
      if (!filling.awaitExit(INSTALL_LIMIT) || filling.onExit().join() != 0) {
        throw new EngineException(
            name()
                + ": cannot create its system tables; log: "
                + log
                + "\n"
                + filling.lastOutput(15));
      }
    }
    Files.move(unfinished, folder().resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
  }

  private String firstStatements() {
    String account = "'" + options.user() + "'@'127.0.0.1'";
    List<String> statements = new ArrayList<>(accountStatements(account));
    statements.add("GRANT ALL PRIVILEGES ON `" + options.user() + "\\_%`.* TO " + account + ";");
    options
        .databases()
        .forEach(database -> statements.add("CREATE DATABASE IF NOT EXISTS `" + database + "`;"));
    return String.join("\n", statements) + "\n";
  }

  /// The servers refuse to run as root unless they are asked to.
  static boolean isRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException noProc) {
      return "root".equals(System.getProperty("user.name"));
    }
  }
}
