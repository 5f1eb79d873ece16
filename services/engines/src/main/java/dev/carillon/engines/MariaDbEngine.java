package dev.carillon.engines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A real MariaDB server.
///
/// It listens on the loopback address only; there is no Unix socket, and the account `root` cannot
/// sign in from anywhere.
public final class MariaDbEngine extends Engine {
  private static final Duration INSTALL_LIMIT = Duration.ofSeconds(60);
  private static final String READY = "ready for connections";
  private static final String DATA = "db";
  private static final String SCRATCH = "tmp";
  private static final String FIRST_STATEMENTS = "init.sql";

  private final Path base;
  private final MariaDbOptions options;

  private MariaDbEngine(Path base, EngineFolder folder, MariaDbOptions options) {
    super("mariadb", folder);
    this.base = base;
    this.options = options;
  }

  /// Starts MariaDB on the data in a folder, which it fills first if it is empty, and returns when
  /// it serves clients.
  ///
  /// @throws EngineException if there is none for this platform, the folder is in use, or it does
  ///   not start
  public static MariaDbEngine start(EngineBinaries binaries, Path data, MariaDbOptions options) {
    Path base = binaries.mariaDb();
    MariaDbEngine engine = new MariaDbEngine(base, EngineFolder.open(data), options);
    engine.launch();
    return engine;
  }

  /// The address of one database for MySQL Connector/J, without the account.
  public String url(String database) {
    return "jdbc:mysql://127.0.0.1:" + port() + "/" + database + "?sslMode=DISABLED";
  }

  public String user() {
    return options.user();
  }

  public String password() {
    return options.password();
  }

  @Override
  List<String> command(int onPort) throws IOException {
    Path scratch = folder().resolve(SCRATCH);
    EngineCache.deleteTree(scratch);
    Files.createDirectory(scratch);
    if (!Files.isDirectory(folder().resolve(DATA))) {
      install();
    }
    Path statements = folder().write(FIRST_STATEMENTS, firstStatements());
    List<String> command = server(folder().resolve(DATA));
    command.addAll(List.of("--port=" + onPort, "--bind-address=127.0.0.1", "--socket="));
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
  boolean answers(ChildProcess started) {
    return started.output().contains(READY);
  }

  @Override
  void started() throws IOException {
    Files.deleteIfExists(folder().resolve(FIRST_STATEMENTS));
  }

  private int flushMode() {
    return options.durability() == Durability.DURABLE ? 1 : 2;
  }

  /// Program and options that the first filling and every start have in common.
  private List<String> server(Path data) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(base.resolve("bin/mariadbd").toString(), "--no-defaults"));
    command.addAll(List.of("--basedir=" + base, "--lc-messages-dir=" + base.resolve("share")));
    command.addAll(List.of("--datadir=" + data, "--tmpdir=" + folder().resolve(SCRATCH)));
    if (isRoot()) {
      command.add("--user=root");
    }
    command.addAll(List.of("--skip-ssl", "--skip-name-resolve", "--skip-log-bin"));
    command.addAll(
        List.of("--performance-schema=OFF", "--query-cache-type=0", "--query-cache-size=0"));
    command.addAll(List.of("--key-buffer-size=64K", "--aria-pagecache-buffer-size=4M"));
    command.addAll(List.of("--aria-log-file-size=8M", "--innodb-undo-tablespaces=0"));
    command.add("--innodb-temp-data-file-path=ibtmp1:4M:autoextend");
    command.add("--innodb-log-buffer-size=8M");
    command.add("--innodb-log-file-size=" + options.redoLogMiB() + "M");
    command.add("--innodb-buffer-pool-size=" + options.bufferPoolMiB() + "M");
    // A process that is stopped in the middle of a transaction must not keep its locks from the
    // instance that took its work over.
    command.add("--idle-transaction-timeout=3");
    // Many servers on one machine exhaust the kernel's asynchronous requests; plain threads always
    // work.
    command.add("--innodb-use-native-aio=OFF");
    return command;
  }

  /// Fills a new data folder with the system tables, and gives it its name when it is complete.
  private void install() throws IOException {
    Path unfinished = folder().resolve(DATA + ".new");
    EngineCache.deleteTree(unfinished);
    Files.createDirectory(unfinished);
    Path statements = folder().resolve("install.sql");
    Files.writeString(statements, systemTables());
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\" <\"$0\""));
    command.add(statements.toString());
    List<String> server = server(unfinished);
    server.add(2, "--bootstrap");
    command.addAll(server);
    Path log = folder().resolve("mariadb-install.log");
    try (ChildProcess bootstrap =
        ChildProcess.start(command, folder().root(), System.getenv(), log)) {
      if (!bootstrap.awaitExit(INSTALL_LIMIT) || bootstrap.onExit().join() != 0) {
        throw new EngineException(
            "mariadb: cannot create its system tables; log: "
                + log
                + "\n"
                + bootstrap.lastOutput(15));
      }
    }
    Files.delete(statements);
    Files.move(unfinished, folder().resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
  }

  private String systemTables() throws IOException {
    Path share = base.resolve("share");
    return """
    CREATE DATABASE mysql;
    USE mysql;
    SET @auth_root_socket = NULL;
    """
        + Files.readString(share.resolve("mariadb_system_tables.sql"))
        + Files.readString(share.resolve("mariadb_performance_tables.sql"))
        + Files.readString(share.resolve("mariadb_system_tables_data.sql"))
        // Only `localhost` stays, which stands for the Unix socket that does not exist.
        + """
        DELETE FROM mysql.global_priv WHERE Host <> 'localhost' OR User <> 'root';
        DELETE FROM mysql.proxies_priv;
        """;
  }

  private String firstStatements() {
    String account = "'" + options.user() + "'@'127.0.0.1'";
    List<String> statements = new ArrayList<>();
    statements.add(
        "CREATE OR REPLACE USER " + account + " IDENTIFIED BY '" + options.password() + "';");
    statements.add("GRANT ALL PRIVILEGES ON `" + options.user() + "\\_%`.* TO " + account + ";");
    options
        .databases()
        .forEach(database -> statements.add("CREATE DATABASE IF NOT EXISTS `" + database + "`;"));
    return String.join("\n", statements) + "\n";
  }

  /// MariaDB refuses to run as root unless it is asked to.
  private static boolean isRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException | UnsupportedOperationException noProc) {
      return "root".equals(System.getProperty("user.name"));
    }
  }
}
