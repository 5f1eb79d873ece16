package dev.carillon.bench.peer;

import dev.carillon.bench.load.MeasuredSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// ejabberd from Debian, run as Debian's `ejabberdctl` does it, but under this account.
final class Ejabberd extends DebianPeer {
  private static final String ERLANG = "usr/lib/erlang";
  private static final String RUNTIME = ERLANG + "/erts-*";
  private static final String SCHEMA = "usr/share/ejabberd/sql/mysql.new.sql";

  /// @param release of Debian that has it, as an option of `apt-get`; empty: the machine's
  /// @param version what its version begins with; empty: any
  Ejabberd(String name, String release, String version, Map<String, String> environment) {
    super(
        name,
        release,
        "ejabberd erlang-p1-mysql",
        List.of(RUNTIME, SCHEMA, LIBRARIES + "/ejabberd-" + version + "*"),
        environment);
  }

  @Override
  public String durability() {
    return "every message is archived (mod_mam) in " + PeerSystem.DURABILITY;
  }

  @Override
  public MeasuredSystem start(Start start) throws IOException {
    return PeerSystem.start(name(), start, XmppClient::new, system -> launch(start, system));
  }

  private void launch(Start start, PeerSystem system) throws IOException {
    Path root = root();
    system.startDatabase();
    system.execute(Files.readString(root.resolve(SCHEMA)));
    system.execute(
        "INSERT INTO users (username, server_host, password) SELECT CONCAT('u', seq), 'localhost',"
            + " '%s' FROM seq_0_to_%d".formatted(XmppClient.PASSWORD, start.users()));
    Path folder = start.folder();
    Path config = system.configure("ejabberd.yml");
    Path programs = find(root.resolve(RUNTIME)).orElseThrow().resolve("bin");
    Map<String, String> environment = new HashMap<>();
    environment.put("LD_LIBRARY_PATH", root.resolve(LIBRARIES).toString());
    environment.put("EJABBERD_CONFIG_PATH", config.toString());
    environment.put("EJABBERD_LOG_PATH", folder.resolve("ejabberd.log").toString());
    environment.put("ERL_MAX_PORTS", "32000");
    environment.put("ERL_LIBS", root.resolve(LIBRARIES).toString());
    environment.put("HOME", folder.toString());
    // What the script `erl` would set, but for the folder where the packages lie.
    environment.put("ROOTDIR", root.resolve(ERLANG).toString());
    environment.put("BINDIR", programs.toString());
    environment.put("EMU", "beam");
    environment.put("PROGNAME", "erl");
    system.run(command(programs, folder), environment);
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
