package dev.carillon.bench.peer;

import dev.carillon.bench.load.MeasuredSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// prosody from Debian, under this account.
final class Prosody extends DebianPeer {
  private static final String LUA = "usr/bin/lua5.4";
  private static final String PROGRAM = "usr/bin/prosody";
  private static final String MODULES = LIBRARIES + "/lua/5.4/";
  private static final String TABLE =
      """
      CREATE TABLE prosody (
        host TEXT NOT NULL, user TEXT NOT NULL, store TEXT NOT NULL, `key` TEXT NOT NULL,
        type TEXT NOT NULL, value MEDIUMTEXT NOT NULL)
      CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
      CREATE INDEX prosody_index ON prosody (host(20), user(20), store(20), `key`(20))
      """;

  Prosody(Map<String, String> environment) {
    super(
        "prosody",
        "",
        "prosody lua-dbi-mysql",
        List.of(LUA, PROGRAM, MODULES + "dbd/mysql.so"),
        environment);
  }

  @Override
  public String durability() {
    return "every message is archived (mod_mam, mod_muc_mam) in " + PeerSystem.DURABILITY;
  }

  @Override
  public MeasuredSystem start(Start start) throws IOException {
    return PeerSystem.start(name(), start, XmppClient::new, system -> launch(start, system));
  }

  private void launch(Start start, PeerSystem system) throws IOException {
    Path root = root();
    system.startDatabase();
    system.execute(TABLE);
    system.execute(
        "INSERT INTO prosody SELECT 'localhost', CONCAT('u', seq), 'accounts', 'password',"
            + " 'string', '%s' FROM seq_0_to_%d".formatted(XmppClient.PASSWORD, start.users()));
    Path folder = start.folder();
    Path config = system.configure("prosody.cfg.lua");
    // The program names the folders of its modules itself.
    String program =
        Files.readString(root.resolve(PROGRAM)).replace("'/usr/", "'" + root.resolve("usr") + "/");
    Path script = Files.writeString(folder.resolve("prosody"), program);
    Path shared = root.resolve("usr/share/lua/5.4");
    Map<String, String> environment = new HashMap<>();
    environment.put("LD_LIBRARY_PATH", root.resolve(LIBRARIES).toString());
    environment.put("LUA_PATH", shared + "/?.lua;" + shared + "/?/init.lua;;");
    environment.put("LUA_CPATH", root.resolve(MODULES) + "/?.so;;");
    List<String> command =
        List.of(
            root.resolve(LUA).toString(), script.toString(), "--config", config.toString(), "-F");
    system.run(command, environment);
  }
}
