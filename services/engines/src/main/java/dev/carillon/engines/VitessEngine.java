package dev.carillon.engines;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// A real Vitess: `vtcombo`, which is vtgate, the tablets of all shards and their topology in one
/// process, before a MySQL of its own.
///
/// Transactions of two shards and statements that scatter are refused. The tables are made on every
/// shard before vtgate starts, as an operator would make them. [#kill], [#pause] and [#restart] are
/// of vtcombo; the MySQL beneath is [#mySql].
public final class VitessEngine extends Engine implements SqlServer {
  private static final String CELL = "zone1";
  private static final List<String> ROLES =
      List.of("app", "dba", "repl", "filtered", "allprivs", "appdebug");

  /// vtcombo refuses to run as root, and needs no rights.
  private static final int NOBODY = 65_534;

  private static final int CONNECT_MILLIS = 500;

  private final Path program;
  private final Path scratch;
  private final MySqlEngine mySql;
  private final List<Keyspace> keyspaces;

  /// One keyspace and its tables.
  ///
  /// @param name as its users know it
  /// @param shards as Vitess names them, for example `-80` and `80-`
  /// @param vschema in JSON
  /// @param tables the statements that make its tables, which do no harm when they are there
  public record Keyspace(String name, List<String> shards, String vschema, List<String> tables) {
    /// Copies the lists.
    public Keyspace {
      shards = List.copyOf(shards);
      tables = List.copyOf(tables);
    }

    /// The same with other shards, whose rows somebody has to move.
    public Keyspace divided(List<String> into) {
      return new Keyspace(name, into, vschema, tables);
    }

    /// The database of a shard on the MySQL beneath.
    public String database(String shard) {
      return "vt_" + name + "_" + shard;
    }

    private List<String> statements() {
      List<String> statements = new ArrayList<>();
      for (String shard : shards) {
        statements.add("CREATE DATABASE IF NOT EXISTS `" + database(shard) + "`;");
        statements.add("USE `" + database(shard) + "`;");
        tables.forEach(table -> statements.add(table.replaceAll("\\s+", " ") + ";"));
      }
      return statements;
    }
  }

  private VitessEngine(
      Path program,
      Path scratch,
      MySqlEngine mySql,
      EngineFolder folder,
      List<Keyspace> keyspaces) {
    super("vitess", folder);
    this.program = program;
    this.scratch = scratch;
    this.mySql = mySql;
    this.keyspaces = keyspaces;
  }

  /// Starts a MySQL and vtcombo on the data in a folder, and returns when vtgate serves clients.
  ///
  /// @param options of the MySQL beneath; the databases of the shards come beside those it names
  /// @throws EngineException in one line, if a program cannot be had; or as with any engine
  public static VitessEngine start(
      EngineBinaries binaries, Path data, List<Keyspace> keyspaces, MariaDbOptions options) {
    Path given = binaries.vtcombo();
    Path base = binaries.mySql();
    EngineFolder folder = EngineFolder.open(data);
    try {
      Path scratch = scratch();
      Path program = SqlEngine.isRoot() ? Files.copy(given, scratch.resolve("vtcombo")) : given;
      List<String> statements =
          keyspaces.stream().flatMap(keyspace -> keyspace.statements().stream()).toList();
      MySqlEngine mySql =
          MySqlEngine.start(
              base,
              folder.resolve("mysql"),
              options,
              Optional.of(new MySqlEngine.Beneath(scratch.resolve("mysql.sock"), statements)));
      return started(new VitessEngine(program, scratch, mySql, folder, keyspaces));
    } catch (IOException e) {
      throw new EngineException("vitess: cannot start: " + e.getMessage(), e);
    }
  }

  private static VitessEngine started(VitessEngine engine) {
    try {
      engine.launch();
      return engine;
    } catch (RuntimeException e) {
      engine.closed();
      throw e;
    }
  }

  /// A folder with a short name, as sockets need it, that the account without rights can reach.
  private static Path scratch() throws IOException {
    Path folder = Files.createTempDirectory("carillon-vitess");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    return folder;
  }

  /// The server beneath, which the clients of vtgate do not know.
  public MySqlEngine mySql() {
    return mySql;
  }

  @Override
  public String url(String database) {
    return "jdbc:mysql://127.0.0.1:" + port() + "/" + database + "?sslMode=DISABLED";
  }

  /// The account of vtgate and of the server beneath.
  @Override
  public String user() {
    return mySql.user();
  }

  @Override
  public String password() {
    return mySql.password();
  }

  @Override
  List<String> command(int onPort) throws IOException {
    Path schema = scratch.resolve("schema");
    writeVSchemas(schema);
    Path root = Files.createDirectories(scratch.resolve("root"));
    List<String> command = new ArrayList<>();
    if (SqlEngine.isRoot()) {
      Files.setAttribute(root, "unix:uid", NOBODY);
      command.addAll(
          List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"));
    }
    command.addAll(List.of("env", "HOME=" + root, "VTDATAROOT=" + root, program.toString()));
    command.addAll(List.of("--mysql-server-port", Integer.toString(onPort)));
    command.addAll(List.of("--mysql-server-bind-address", "127.0.0.1"));
    command.addAll(List.of("--mysql-auth-server-impl", "none"));
    command.addAll(List.of("--mysql-server-version", "8.4.6-Vitess"));
    command.addAll(List.of("--port", Integer.toString(Ports.free())));
    command.addAll(List.of("--grpc-port", Integer.toString(Ports.free())));
    command.addAll(List.of("--service-map", "grpc-vtgateservice,grpc-vtctld"));
    command.addAll(List.of("--bind-address", "127.0.0.1", "--grpc-bind-address", "127.0.0.1"));
    command.addAll(List.of("--transaction-mode", "SINGLE", "--no-scatter"));
    command.addAll(List.of("--json-topo", topology(), "--schema-dir", schema.toString()));
    String socket = scratch.resolve("mysql.sock").toString();
    command.addAll(List.of("--mycnf-server-id", "1", "--mycnf-socket-file", socket));
    command.addAll(List.of("--db-socket", socket));
    for (String role : ROLES) {
      command.addAll(List.of("--db-" + role + "-user", mySql.user()));
      command.addAll(List.of("--db-" + role + "-password", mySql.password()));
    }
    return command;
  }

  private void writeVSchemas(Path folder) throws IOException {
    EngineCache.deleteTree(folder);
    for (Keyspace keyspace : keyspaces) {
      Path own = Files.createDirectories(folder.resolve(keyspace.name()));
      Files.writeString(own.resolve("vschema.json"), keyspace.vschema());
    }
  }

  private String topology() {
    return keyspaces.stream()
        .map(keyspace ->
            keyspace.shards().stream()
                .map("{\"name\":\"%s\"}"::formatted)
                .collect(
                    Collectors.joining(
                        ",", "{\"name\":\"" + keyspace.name() + "\",\"shards\":[", "]}")))
        .collect(Collectors.joining(",", "{\"keyspaces\":[", "],\"cells\":[\"" + CELL + "\"]}"));
  }

  @Override
  boolean answers(ChildProcess started) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(address(), CONNECT_MILLIS);
      return socket.getInputStream().read() >= 0;
    }
  }

  @Override
  void closed() {
    mySql.close();
    EngineCache.deleteTree(scratch);
  }
}
