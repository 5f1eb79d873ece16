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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;

/// A peer out of Debian packages: installed, or unpacked without root's rights (`dpkg -x`) into the
/// folder that `CARILLON_BENCH_PEERS` names, or into one of the peer's name in it.
abstract class DebianPeer implements Peer {
  /// Debian's folder for libraries of this processor.
  static final String LIBRARIES =
      "usr/lib/"
          + (System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64")
          + "-linux-gnu";

  private static final String SETTING = "CARILLON_BENCH_PEERS";

  private final String name;
  private final String options;
  private final String packages;
  private final List<String> needed;
  private final String folder;

  /// @param options of `apt-get install`; may be empty
  /// @param packages its arguments; the version is that of the first one
  /// @param needed paths below the root of the packages; the last part may be a glob
  DebianPeer(
      String name,
      String options,
      String packages,
      List<String> needed,
      Map<String, String> environment) {
    this.name = name;
    this.options = options;
    this.packages = packages;
    this.needed = List.copyOf(needed);
    this.folder = environment.getOrDefault(SETTING, "");
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public Optional<String> absent() {
    return found().isPresent()
        ? Optional.empty()
        : Optional.of(
            "%s is not installed (expected: /%s; apt-get install --no-install-recommends %s, or %s)"
                .formatted(
                    name,
                    String.join(", /", needed),
                    (options + " " + packages).strip(),
                    "these packages unpacked by dpkg -x in $" + SETTING + "/" + name));
  }

  /// As the changelog of the package says.
  @Override
  public final String version() {
    String documents = "usr/share/doc/" + packages.split(" ", 2)[0];
    // A program on the PATH may have no packages.
    Path root = found().orElse(Path.of("/"));
    Path changelog = root.resolve(documents).resolve("changelog.Debian.gz");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(changelog));
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, UTF_8))) {
      String first = String.valueOf(lines.readLine());
      return first.substring(first.indexOf('(') + 1, first.indexOf(')'));
    } catch (IOException | IndexOutOfBoundsException unknown) {
      return "";
    }
  }

  /// The folder below which all that is needed lies.
  ///
  /// @throws CommandFailure when there is none
  final Path root() {
    return found().orElseThrow(() -> new CommandFailure(ExitCodes.USAGE, absent().orElseThrow()));
  }

  final Optional<Path> found() {
    List<Path> roots = new ArrayList<>();
    if (!folder.isEmpty()) {
      roots.add(Path.of(folder, name).toAbsolutePath());
      roots.add(Path.of(folder).toAbsolutePath());
    }
    roots.add(Path.of("/"));
    return roots.stream()
        .filter(root -> needed.stream().allMatch(path -> find(root.resolve(path)).isPresent()))
        .findFirst();
  }

  /// The first file of a name, the last part of which may be a glob.
  static Optional<Path> find(Path glob) {
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(glob.resolveSibling(""), glob.getFileName().toString())) {
      return StreamSupport.stream(found.spliterator(), false).findFirst();
    } catch (IOException notThere) {
      return Optional.empty();
    }
  }
}
