package dev.carillon.engines;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds the etcd server program, which no Maven artifact holds.
final class EtcdBinary {
  static final String SETTING = "CARILLON_ETCD_BIN";

  private static final String ENTRY = "etcd-debian";
  private static final String PREFERRED_SUITE = "trixie";
  private static final Duration FETCH_LIMIT = Duration.ofMinutes(3);
  private static final String INSTALL_HINT =
      """
      etcd: not found. Do one of these:
        - install it, for example: apt-get install etcd-server
        - unpack a release of etcd 3.5 or newer and name its server program in %s\
      """
          .formatted(SETTING);

  private final EngineCache cache;
  private final Map<String, String> environment;
  private final Consumer<String> progress;

  EtcdBinary(EngineCache cache, Map<String, String> environment, Consumer<String> progress) {
    this.cache = cache;
    this.environment = environment;
    this.progress = progress;
  }

  Path locate() {
    @Nullable String setting = environment.get(SETTING);
    if (setting != null && !setting.isBlank()) {
      return given(setting);
    }
    Optional<Path> installed = Resources.onPath("etcd", environment.get("PATH"));
    return installed.orElseGet(() -> cache.entry(ENTRY, this::fetch).resolve("etcd"));
  }

  private static Path given(String setting) {
    Path program = Path.of(setting);
    if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
      throw new EngineException(
          SETTING + ": " + setting + " (expected: the path of an executable etcd server program)");
    }
    return program.toAbsolutePath();
  }

  private void fetch(Path folder) throws IOException {
    progress.accept("fetching etcd from this machine's package sources");
    Path work = folder.resolve("work");
    Files.createDirectory(work);
    String lastWords = "";
    for (String suite : suites()) {
      EngineCache.deleteTree(work);
      Files.createDirectory(work);
      lastWords = fetch(work, suite);
      Path program = work.resolve("root/usr/bin/etcd");
      if (Files.isRegularFile(program)) {
        Files.move(program, folder.resolve("etcd"));
        EngineCache.deleteTree(work);
        return;
      }
    }
    throw new EngineException(
        INSTALL_HINT + "\nFetching the package etcd-server failed:\n" + lastWords);
  }

  /// Returns the last words of the script, of interest only if no program is there afterwards.
  private String fetch(Path work, String suite) {
    List<String> command =
        List.of(
            "/bin/sh",
            "-c",
            Resources.text("fetch-package.sh"),
            "fetch-package",
            work.toString(),
            suite,
            "etcd-server");
    try (ChildProcess script =
        ChildProcess.start(command, work, environment, work.resolve("fetch.log"))) {
      if (!script.awaitExit(FETCH_LIMIT)) {
        return "not done after " + FETCH_LIMIT.toSeconds() + " s\n" + script.lastOutput(10);
      }
      return script.lastOutput(10);
    }
  }

  /// A fixed suite for the same etcd everywhere, then the machine's own: a relative of Debian knows
  /// only that one.
  private static Set<String> suites() {
    Set<String> suites = new LinkedHashSet<>();
    Path release = Path.of("/etc/os-release");
    try (var lines = Files.lines(release)) {
      List<String> all = lines.toList();
      if (all.contains("ID=debian")) {
        suites.add(PREFERRED_SUITE);
      }
      all.stream()
          .filter(line -> line.startsWith("VERSION_CODENAME="))
          .map(line -> line.substring(line.indexOf('=') + 1).replace("\"", ""))
          .filter(name -> name.matches("[a-z]+"))
          .forEach(suites::add);
    } catch (IOException | UncheckedIOException notDebian) {
      return suites;
    }
    return suites;
  }
}
