package dev.carillon.bench.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/// Debian packages of a peer: installed, or unpacked without root's rights (`dpkg -x`) into the
/// folder that `CARILLON_BENCH_PEERS` names, or into one of the peer's name in it.
///
/// @param peer the name of the peer
/// @param install the arguments of `apt-get install` that bring them
/// @param needed paths below the root of the packages; the last part may be a glob
record Packages(String peer, String install, List<String> needed, Map<String, String> environment) {
  static final String SETTING = "CARILLON_BENCH_PEERS";

  /// Debian's folder for libraries of this processor.
  static final String LIBRARIES =
      "usr/lib/"
          + (System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64")
          + "-linux-gnu";

  Packages {
    needed = List.copyOf(needed);
    environment = Map.copyOf(environment);
  }

  /// What is missing and how to get it; empty: all is there.
  Optional<String> absent() {
    return found().isPresent()
        ? Optional.empty()
        : Optional.of(
            "%s is not installed (expected: /%s; apt-get install --no-install-recommends %s, or %s)"
                .formatted(
                    peer,
                    String.join(", /", needed),
                    install,
                    "these packages unpacked by dpkg -x in $" + SETTING + "/" + peer));
  }

  /// The folder below which all that is needed lies.
  ///
  /// @throws CommandFailure when there is none
  Path root() {
    return found().orElseThrow(() -> new CommandFailure(ExitCodes.USAGE, absent().orElseThrow()));
  }

  /// The one program of packages that need nothing else, or one of its name on the PATH.
  Optional<Path> program() {
    Path program = Path.of(needed.getFirst());
    Optional<Path> unpacked = found().map(root -> root.resolve(program));
    return unpacked.or(() ->
        Stream.of(environment.getOrDefault("PATH", "").split(":"))
            .map(folder -> Path.of(folder).resolve(program.getFileName()))
            .filter(Files::isExecutable)
            .findFirst());
  }

  /// The version of one of the packages, as its changelog says; empty when there is none.
  String version(String name) {
    Path changelog =
        found().orElse(Path.of("/")).resolve("usr/share/doc/" + name + "/changelog.Debian.gz");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(changelog));
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
      String first = String.valueOf(lines.readLine());
      return first.substring(first.indexOf('(') + 1, first.indexOf(')'));
    } catch (IOException | IndexOutOfBoundsException unknown) {
      return "";
    }
  }

  /// What programs of such a root need to find its libraries.
  static Map<String, String> libraries(Path root) {
    return Map.of("LD_LIBRARY_PATH", root.resolve(LIBRARIES).toString());
  }

  private Optional<Path> found() {
    return roots().stream()
        .filter(root -> needed.stream().allMatch(path -> find(root.resolve(path)).isPresent()))
        .findFirst();
  }

  private List<Path> roots() {
    List<Path> roots = new ArrayList<>();
    String folder = environment.getOrDefault(SETTING, "");
    if (!folder.isEmpty()) {
      roots.add(Path.of(folder, peer).toAbsolutePath());
      roots.add(Path.of(folder).toAbsolutePath());
    }
    roots.add(Path.of("/"));
    return roots;
  }

  /// The first file of a name, the last part of which may be a glob.
  static Optional<Path> find(Path glob) {
    Path folder = glob.getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(folder, glob.getFileName().toString())) {
      Iterator<Path> first = found.iterator();
      return first.hasNext() ? Optional.of(first.next()) : Optional.empty();
    } catch (IOException unreadable) {
      return Optional.empty();
    }
  }
}
