package dev.carillon.engines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A real MariaDB server, without a Unix socket.
public final class MariaDbEngine extends SqlEngine {
  private final Path base;

  private MariaDbEngine(Path base, EngineFolder folder, MariaDbOptions options) {
    super("mariadb", folder, options);
    this.base = base;
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

  @Override
  List<String> server(Path data) {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(base.resolve("bin/mariadbd").toString(), "--no-defaults"));
    command.addAll(List.of("--basedir=" + base, "--lc-messages-dir=" + base.resolve("share")));
    command.addAll(List.of("--datadir=" + data, "--tmpdir=" + scratch(), "--socket="));
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
    command.add("--innodb-log-file-size=" + options().redoLogMiB() + "M");
    command.add("--innodb-buffer-pool-size=" + options().bufferPoolMiB() + "M");
    // A process that is stopped in the middle of a transaction must not keep its locks from the
    // instance that took its work over.
    command.add("--idle-transaction-timeout=3");
    // Many servers on one machine exhaust the kernel's asynchronous requests; plain threads always
    // work.
    command.add("--innodb-use-native-aio=OFF");
    return command;
  }

  @Override
  List<String> filling(Path data) throws IOException {
    Path statements = scratch().resolve("install.sql");
    Files.writeString(statements, systemTables());
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", "exec \"$@\" <\"$0\""));
    command.add(statements.toString());
    command.addAll(server(data));
    command.add("--bootstrap");
    return command;
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

  @Override
  List<String> accountStatements(String account) {
    return List.of(
        "CREATE OR REPLACE USER " + account + " IDENTIFIED BY '" + options().password() + "';");
  }
}
