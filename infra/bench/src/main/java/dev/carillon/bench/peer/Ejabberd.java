package dev.carillon.bench.peer;

import dev.carillon.bench.load.MeasuredSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// ejabberd from Debian, run as Debian's `ejabberdctl` does it, but under this account.
final class Ejabberd implements Peer {
  private static final String ERLANG = "usr/lib/erlang";
  private static final String RUNTIME = ERLANG + "/erts-*";
  private static final String SCHEMA = "usr/share/ejabberd/sql/mysql.new.sql";
  private static final String INSERT =
      "INSERT INTO users (username, server_host, password) VALUES (?, 'localhost', '%s')"
          .formatted(XmppClient.PASSWORD);

  private final String name;
  private final Packages packages;

  /// @param release of Debian that has it, as an option of `apt-get`; empty: the machine's
  /// @param version what its version begins with; empty: any
  Ejabberd(String name, String release, String version, Map<String, String> environment) {
    this.name = name;
    this.packages =
        new Packages(
            name,
            (release + " ejabberd erlang-p1-mysql").strip(),
            List.of(RUNTIME, SCHEMA, Packages.LIBRARIES + "/ejabberd-" + version + "*"),
            environment);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<String> absent() {
    return packages.absent();
  }

  @Override
  public String version() {
    return packages.version("ejabberd");
  }

  @Override
  public String durability() {
    return "every message is archived (mod_mam) in " + PeerDatabase.DURABILITY;
  }

  @Override
  public MeasuredSystem start(Start start) throws IOException {
    Path root = packages.root();
    return PeerSystem.withDatabase(
        name, start, XmppClient.PROTOCOL, database -> launch(root, start, database));
  }

  private static PeerProcess launch(Path root, Start start, PeerDatabase database)
      throws IOException {
    database.execute(Files.readString(root.resolve(SCHEMA)));
    database.users(start.users(), INSERT);
    int port = PeerProcess.freePort();
    Path folder = start.folder();
    Path config = database.configure(folder, "ejabberd.yml", port);
    Path programs = Packages.find(root.resolve(RUNTIME)).orElseThrow().resolve("bin");
    Map<String, String> environment = new HashMap<>(Packages.libraries(root));
    environment.put("EJABBERD_CONFIG_PATH", config.toString());
    environment.put("EJABBERD_LOG_PATH", folder.resolve("ejabberd.log").toString());
    environment.put("ERL_MAX_PORTS", "32000");
    environment.put("ERL_LIBS", root.resolve(Packages.LIBRARIES).toString());
    environment.put("HOME", folder.toString());
    // What the script `erl` would set, but for the folder where the packages lie.
    environment.put("ROOTDIR", root.resolve(ERLANG).toString());
    environment.put("BINDIR", programs.toString());
    environment.put("EMU", "beam");
    environment.put("PROGNAME", "erl");
    return PeerProcess.start(folder, command(programs, folder), environment, port);
  }

  private static List<String> command(Path programs, Path folder) {
    return List.of(
        programs.resolve("erlexec").toString(),
        "-noinput",
        "+K",
        "true",
        "+P",
        "250000",
        "-mnesia",
        "dir",
        "\"" + folder.resolve("spool") + "\"",
        "-s",
        "ejabberd");
  }
}
