package dev.carillon.engines;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A real MySQL 9 server from a folder that holds the program, its libraries and its messages. Its
/// Unix socket lies in the data folder, for the locked account `root` only; that of a server
/// beneath a Vitess lies where its tablets can reach it.
public final class MySqlEngine extends SqlEngine {
  private final Path base;
  private final Optional<Beneath> vitess;

  /// What a server beneath a Vitess has to have.
  ///
  /// @param socket by which the tablets sign in
  /// @param statements that make the databases and tables of the shards
  record Beneath(Path socket, List<String> statements) {}

  private MySqlEngine(
      Path base, EngineFolder folder, MariaDbOptions options, Optional<Beneath> vitess) {
    super("mysql", folder, options);
    this.base = base;
    this.vitess = vitess;
  }

  /// Starts MySQL on the data in a folder, which it fills first if it is empty, and returns when it
  /// serves clients.
  ///
  /// @param base the folder of `bin`, `lib` and `share`
  /// @throws EngineException if the folder is in use, or it does not start
  public static MySqlEngine start(Path base, Path data, MariaDbOptions options) {
    return start(base, data, options, Optional.empty());
  }

  static MySqlEngine start(Path base, Path data, MariaDbOptions options, Optional<Beneath> vitess) {
    MySqlEngine engine =
        new MySqlEngine(base.toAbsolutePath(), EngineFolder.open(data), options, vitess);
    engine.launch();
    return engine;
  }

  /// An account of MySQL signs in with the server's public key where there is no TLS.
  @Override
  public String url(String database) {
    return super.url(database) + "&allowPublicKeyRetrieval=true";
  }

  /// Loaded by the loader that its libraries belong to, which may be newer than the system's.
  @Override
  List<String> server(Path data) {
    Path libraries = base.resolve("lib");
    Path share = base.resolve("share");
    List<String> command = new ArrayList<>();
    command.add(libraries.resolve("ld-linux-x86-64.so.2").toString());
    command.addAll(List.of("--library-path", libraries.toString()));
    command.addAll(List.of(base.resolve("bin/mysqld").toString(), "--no-defaults"));
    command.addAll(List.of("--basedir=" + base, "--lc-messages-dir=" + share));
    command.add("--character-sets-dir=" + share.resolve("charsets"));
    String socket = vitess.map(beneath -> beneath.socket().toString()).orElse("mysql.sock");
    command.addAll(List.of("--datadir=" + data, "--tmpdir=" + scratch(), "--socket=" + socket));
    if (isRoot()) {
      command.add("--user=root");
    }
    command.addAll(List.of("--tls-version=", "--skip-name-resolve"));
    command.addAll(
        vitess.isEmpty()
            ? List.of("--skip-log-bin")
            : List.of(
                "--server-id=1",
                "--log-bin=binlog",
                "--binlog-format=ROW",
                "--gtid-mode=ON",
                "--enforce-gtid-consistency=ON",
                "--log-replica-updates"));
    command.addAll(List.of("--mysqlx=OFF", "--performance-schema=OFF", "--secure-file-priv=NULL"));
    command.add("--innodb-redo-log-capacity=" + options().redoLogMiB() + "M");
    command.add("--innodb-buffer-pool-size=" + options().bufferPoolMiB() + "M");
    // As with MariaDB: plain threads always work.
    command.add("--innodb-use-native-aio=OFF");
    return command;
  }

  @Override
  List<String> filling(Path data) {
    List<String> command = new ArrayList<>(server(data));
    command.add("--initialize-insecure");
    return command;
  }

  @Override
  List<String> accountStatements(String account) {
    List<String> statements = new ArrayList<>();
    statements.add("ALTER USER 'root'@'localhost' ACCOUNT LOCK;");
    addAccount(account, statements);
    vitess.ifPresent(beneath -> {
      String tablets = "'" + options().user() + "'@'localhost'";
      addAccount(tablets, statements);
      statements.add("GRANT ALL PRIVILEGES ON *.* TO " + account + ";");
      statements.add("GRANT ALL PRIVILEGES ON *.* TO " + tablets + " WITH GRANT OPTION;");
      statements.addAll(beneath.statements());
    });
    return statements;
  }

  private void addAccount(String account, List<String> statements) {
    String identified = account + " IDENTIFIED BY '" + options().password() + "';";
    statements.add("CREATE USER IF NOT EXISTS " + identified);
    statements.add("ALTER USER " + identified);
  }
}
