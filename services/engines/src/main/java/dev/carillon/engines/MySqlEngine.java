package dev.carillon.engines;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A real MySQL 9 server from a folder that holds the program, its libraries and its messages, as
/// `carillon test --all` fills it. Its Unix socket lies in the data folder, for the locked account
/// `root` only.
public final class MySqlEngine extends SqlEngine {
  private final Path base;

  private MySqlEngine(Path base, EngineFolder folder, MariaDbOptions options) {
    super("mysql", folder, options);
    this.base = base;
  }

  /// Starts MySQL on the data in a folder, which it fills first if it is empty, and returns when it
  /// serves clients.
  ///
  /// @param base the folder of `bin`, `lib` and `share`
  /// @throws EngineException if the folder is in use, or it does not start
  public static MySqlEngine start(Path base, Path data, MariaDbOptions options) {
    MySqlEngine engine = new MySqlEngine(base.toAbsolutePath(), EngineFolder.open(data), options);
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
    command.addAll(List.of("--datadir=" + data, "--tmpdir=" + scratch(), "--socket=mysql.sock"));
    if (isRoot()) {
      command.add("--user=root");
    }
    command.addAll(List.of("--tls-version=", "--skip-name-resolve", "--skip-log-bin"));
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
    String identified = account + " IDENTIFIED BY '" + options().password() + "';";
    return List.of(
        "ALTER USER 'root'@'localhost' ACCOUNT LOCK;",
        "CREATE USER IF NOT EXISTS " + identified,
        "ALTER USER " + identified);
  }
}
