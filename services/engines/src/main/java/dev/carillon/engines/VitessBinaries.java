package dev.carillon.engines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds the programs of a Vitess: `vtcombo`, which Go builds from a pinned version, and a MySQL 9
/// from Debian's packages.
final class VitessBinaries {
  static final String SETTING = "CARILLON_VTCOMBO_BIN";

  private static final String VTCOMBO = "vitess.io/vitess/go/cmd/vtcombo";
  private static final Duration BUILD_LIMIT = Duration.ofMinutes(40);
  private static final Duration FETCH_LIMIT = Duration.ofMinutes(5);
  private static final String OWN =
      "; or run a Vitess of your own and name its vtgate in CARILLON_MYSQL_URL";

  private final EngineCache cache;
  private final Map<String, String> environment;
  private final Consumer<String> progress;

  VitessBinaries(EngineCache cache, Map<String, String> environment, Consumer<String> progress) {
    this.cache = cache;
    this.environment = environment;
    this.progress = progress;
  }

  /// The program vtcombo: `CARILLON_VTCOMBO_BIN`, else the cache, else built into it.
  ///
  /// @throws EngineException in one line, if it is not there and cannot be built
  Path vtcombo() {
    @Nullable String setting = environment.get(SETTING);
    if (setting != null && !setting.isBlank()) {
      Path program = Path.of(setting);
      if (!Files.isExecutable(program)) {
        throw new EngineException(
            SETTING + ": " + setting + " (expected: the path of an executable vtcombo)");
      }
      return program.toAbsolutePath();
    }
    return cache.entry("vitess-24.0.4", this::build).resolve("vtcombo");
  }

  private void build(Path folder) throws IOException {
    Optional<Path> go = Resources.onPath("go", environment.get("PATH"));
    if (go.isEmpty()) {
      throw new EngineException(
          "Vitess: no Go on the PATH (expected: Go 1.26 to build vtcombo, or its path in "
              + SETTING
              + ")"
              + OWN);
    }
    progress.accept("building Vitess 24 with Go, once: some minutes, 700 MB of sources");
    for (String name : List.of("go.mod", "go.sum")) {
      Files.writeString(folder.resolve(name), Resources.text("vitess/" + name));
    }
    Map<String, String> quiet = new TreeMap<>(environment);
    quiet.put("GOFLAGS", "-mod=mod");
    run(
        List.of(
            go.get().toString(),
            "build",
            "-trimpath",
            "-ldflags",
            "-s -w",
            "-o",
            folder.resolve("vtcombo").toString(),
            VTCOMBO),
        folder,
        quiet,
        BUILD_LIMIT,
        "Vitess: Go cannot build vtcombo");
  }

  /// The folder of a MySQL 9: the system property `carillon.mysql.dir`, else the cache, else
  /// fetched into it.
  ///
  /// @throws EngineException in one line, if it is not there and cannot be fetched
  Path mySql() {
    @Nullable String given = System.getProperty("carillon.mysql.dir");
    return given == null || given.isBlank() ? cache.entry("mysql-9", this::fetch) : Path.of(given);
  }

  private void fetch(Path folder) throws IOException {
    progress.accept("fetching MySQL 9 from this machine's package sources");
    Path work = folder.resolve("work");
    Files.createDirectory(work);
    Path fetchPackage = work.resolve("fetch-package.sh");
    Files.writeString(fetchPackage, Resources.text("fetch-package.sh"));
    run(
        List.of(
            "/bin/sh",
            "-c",
            Resources.text("fetch-mysql.sh"),
            "fetch-mysql",
            work.toString(),
            fetchPackage.toString()),
        work,
        environment,
        FETCH_LIMIT,
        "MySQL 9: this machine's package sources do not give it");
    for (String part : List.of("bin", "lib", "share")) {
      Files.move(work.resolve("mysql").resolve(part), folder.resolve(part));
    }
    EngineCache.deleteTree(work);
  }

  private static void run(
      List<String> command,
      Path folder,
      Map<String, String> environment,
      Duration limit,
      String failure) {
    try (ChildProcess process =
        ChildProcess.start(command, folder, environment, folder.resolve("carillon.log"))) {
      if (!process.awaitExit(limit)) {
        throw new EngineException(failure + ": not done after " + limit.toMinutes() + " min" + OWN);
      }
      if (process.onExit().join() != 0) {
        throw new EngineException(failure + ": " + process.lastOutput(1) + OWN);
      }
    }
  }
}
