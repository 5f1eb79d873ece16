package dev.carillon.runtime.mysql;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The numbered SQL files of one database, and their application to it.
///
/// Applied files are remembered in the table `schema_version` with a checksum; a file that changed
/// afterwards is refused. Instances that start together take turns by a lock of the server. MySQL
/// has no transactions around table definitions, so a crash in the middle of a file applies that
/// file again: its statements must bear that (`CREATE TABLE IF NOT EXISTS`). At Vitess the same
/// files are applied by Vitess's own tool, and `CARILLON_MYSQL_MIGRATE` is false.
public final class Schema {
  private static final Logger LOG = LoggerFactory.getLogger(Schema.class);
  private static final int LOCK_SECONDS = 60;

  private static final String CREATE_TABLE =
      """
      CREATE TABLE IF NOT EXISTS schema_version (
        version INT NOT NULL PRIMARY KEY,
        name VARCHAR(200) NOT NULL,
        checksum CHAR(64) NOT NULL,
        applied_at DATETIME(3) NOT NULL
      )
      """;
  private static final String SELECT_APPLIED = "SELECT version, checksum FROM schema_version";
  private static final String INSERT_APPLIED =
      """
      INSERT INTO schema_version (version, name, checksum, applied_at)
      VALUES (?, ?, ?, CURRENT_TIMESTAMP(3))
      """;

  private final List<File> files;

  private Schema(List<File> files) {
    this.files = List.copyOf(files);
  }

  /// The files in the resource folder `folder` of the module that `owner` is in; folders of the
  /// same name in other modules are not looked at. Throws when there is none or a number is
  /// missing.
  public static Schema of(Class<?> owner, String folder) {
    List<File> found = read(owner, folder);
    found.sort(Comparator.comparingInt(File::version));
    for (int i = 0; i < found.size(); i++) {
      if (found.get(i).version() != i + 1) {
        throw new IllegalArgumentException(
            folder + "/" + found.get(i).name() + " (expected: number " + (i + 1) + ")");
      }
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(folder + ": no files (expected: 001_name.sql, …)");
    }
    return new Schema(found);
  }

  /// Every statement of every file, in order; for tests that read them.
  public List<String> statements() {
    return files.stream().flatMap(file -> file.statements().stream()).toList();
  }

  /// Applies what `database` does not have yet and returns the names of the files it applied.
  /// Blocks while another instance does the same, for a minute at most, and while the server is
  /// away, for as long as a start may wait. Every statement must do no harm when it is done twice:
  /// the progress of an interrupted try is not known.
  public List<String> migrate(MySqlDatabase database) {
    return database
        .shard(0)
        .atStart(session -> {
          String lock = "carillon_schema_" + database.name();
          // Waiting for the lock, and changing a large table, may take longer than a query may.
          session.takeAnyTime();
          lock(session, lock);
          try {
            return migrate(session);
          } finally {
            session.query(
                "SELECT RELEASE_LOCK(?) AS released", row -> row.optionalNumber("released"), lock);
          }
        });
  }

  private static void lock(MySqlSession session, String lock) {
    boolean locked =
        session
            .queryOne(
                "SELECT COALESCE(GET_LOCK(?, ?), 0) AS locked",
                row -> row.bool("locked"),
                lock,
                LOCK_SECONDS)
            .orElse(false);
    if (!locked) {
      throw new IllegalStateException(
          lock + ": not free (expected: within " + LOCK_SECONDS + " seconds)");
    }
  }

  private List<String> migrate(MySqlSession session) {
    session.execute(CREATE_TABLE);
    Map<Integer, String> applied = new HashMap<>();
    session
        .query(SELECT_APPLIED, row -> Map.entry(row.integer("version"), row.text("checksum")))
        .forEach(entry -> applied.put(entry.getKey(), entry.getValue()));
    if (applied.size() > files.size()) {
      LOG.warn(
          "the database has {} schema files, newer than the {} known here",
          applied.size(),
          files.size());
    }
    List<String> done = new ArrayList<>();
    for (File file : files) {
      @Nullable String checksum = applied.get(file.version());
      if (checksum == null) {
        file.statements().forEach(session::execute);
        session.update(INSERT_APPLIED, file.version(), file.name(), file.checksum());
        LOG.info("applied {}", file.name());
        done.add(file.name());
      } else if (!checksum.equals(file.checksum())) {
        throw new IllegalStateException(
            file.name() + ": changed after it was applied (expected: a new file for a new change)");
      }
    }
    return done;
  }

  private static List<File> read(Class<?> owner, String folder) {
    try {
      Path module = Path.of(owner.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isDirectory(module)) {
        return read(module.resolve(folder));
      }
      try (FileSystem jar = FileSystems.newFileSystem(module)) {
        return read(jar.getPath(folder));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + folder, e);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException("cannot tell where " + owner + " came from", e);
    }
  }

  private static List<File> read(Path folder) throws IOException {
    List<File> files = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> all = Files.list(folder)) {
        for (Path path : all.filter(Files::isRegularFile).toList()) {
          String name = String.valueOf(path.getFileName());
          File.of(name, Files.readString(path)).ifPresent(files::add);
        }
      }
    }
    return files;
  }

  /// One numbered file, `001_name.sql`.
  ///
  /// @param version its number, from 1
  /// @param name the file's name
  /// @param sql what it holds
  record File(int version, String name, String sql) {
    private static final Pattern NAME = Pattern.compile("(\\d{3})_[a-z0-9_]+\\.sql");

    /// The file called `name`, unless it is not a schema file at all.
    static Optional<File> of(String name, String sql) {
      Matcher matcher = NAME.matcher(name);
      return matcher.matches()
          ? Optional.of(new File(Integer.parseInt(matcher.group(1)), name, sql))
          : Optional.empty();
    }

    /// What must not change once the file was applied. Line ends may: checkouts differ in them.
    String checksum() {
      return Hashing.sha256().hashString(sql.replace("\r\n", "\n"), UTF_8).toString();
    }

    /// The statements, without their comments, split at semicolons that stand in no literal.
    List<String> statements() {
      List<String> statements = new ArrayList<>();
      StringBuilder current = new StringBuilder();
      int at = 0;
      while (at < sql.length()) {
        char c = sql.charAt(at);
        int end = at + 1;
        if (sql.startsWith("--", at) || c == '#') {
          end = orEnd(sql.indexOf('\n', at));
        } else if (sql.startsWith("/*", at)) {
          end = orEnd(sql.indexOf("*/", at) + 2);
        } else if (c == ';') {
          add(statements, current);
        } else {
          end = c == '\'' || c == '"' || c == '`' ? literalEnd(at) : end;
          current.append(sql, at, end);
        }
        at = end;
      }
      add(statements, current);
      return statements;
    }

    private int orEnd(int index) {
      return index <= 1 ? sql.length() : index;
    }

    private int literalEnd(int start) {
      char quote = sql.charAt(start);
      for (int at = start + 1; at < sql.length(); at++) {
        if (sql.charAt(at) == '\\' && quote != '`') {
          at++;
        } else if (sql.charAt(at) == quote) {
          return at + 1;
        }
      }
      throw new IllegalArgumentException(
          name + ": a literal without end (expected: " + quote + ")");
    }

    private static void add(List<String> statements, StringBuilder current) {
      String statement = current.toString().strip();
      if (!statement.isEmpty()) {
        statements.add(statement);
      }
      current.setLength(0);
    }
  }
}
