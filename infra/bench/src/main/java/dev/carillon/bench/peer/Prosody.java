package dev.carillon.bench.peer;

import dev.carillon.bench.load.MeasuredSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// prosody from Debian, under this account.
final class Prosody implements Peer {
  private static final String LUA = "usr/bin/lua5.4";
  private static final String PROGRAM = "usr/bin/prosody";
  private static final String MODULES = Packages.LIBRARIES + "/lua/5.4/";
  private static final String TABLE =
      """
      CREATE TABLE prosody (
        host TEXT NOT NULL, user TEXT NOT NULL, store TEXT NOT NULL, `key` TEXT NOT NULL,
        type TEXT NOT NULL, value MEDIUMTEXT NOT NULL)
      CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
      CREATE INDEX prosody_index ON prosody (host(20), user(20), store(20), `key`(20))
      """;
  private static final String INSERT =
      "INSERT INTO prosody VALUES ('localhost', ?, 'accounts', 'password', 'string', '%s')"
          .formatted(XmppClient.PASSWORD);

  private final Packages packages;

  Prosody(Map<String, String> environment) {
    packages =
        new Packages(
            name(),
            "prosody lua-dbi-mysql",
            List.of(LUA, PROGRAM, MODULES + "dbd/mysql.so"),
            environment);
  }

  @Override
  public String name() {
    return "prosody";
  }

  @Override
  public Optional<String> absent() {
    return packages.absent();
  }

  @Override
  public String version() {
    return packages.version(name());
  }

  @Override
  public String durability() {
    return "every message is archived (mod_mam, mod_muc_mam) in " + PeerDatabase.DURABILITY;
  }

  @Override
  public MeasuredSystem start(Start start) throws IOException {
    Path root = packages.root();
    return PeerSystem.withDatabase(
        name(), start, XmppClient.PROTOCOL, database -> launch(root, start, database));
  }

  private static PeerProcess launch(Path root, Start start, PeerDatabase database)
      throws IOException {
    database.execute(TABLE);
    database.users(start.users(), INSERT);
    int port = PeerProcess.freePort();
    Path folder = start.folder();
    Path config = database.configure(folder, "prosody.cfg.lua", port);
    // The program names the folders of its modules itself.
    String program =
        Files.readString(root.resolve(PROGRAM)).replace("'/usr/", "'" + root.resolve("usr") + "/");
    Path script = Files.writeString(folder.resolve("prosody"), program);
    Path shared = root.resolve("usr/share/lua/5.4");
    Map<String, String> environment = new HashMap<>(Packages.libraries(root));
    environment.put("LUA_PATH", shared + "/?.lua;" + shared + "/?/init.lua;;");
    environment.put("LUA_CPATH", root.resolve(MODULES) + "/?.so;;");
    List<String> command =
        List.of(
            root.resolve(LUA).toString(), script.toString(), "--config", config.toString(), "-F");
    return PeerProcess.start(folder, command, environment, port);
  }
}
