package dev.carillon.testing;

import static java.util.function.Predicate.not;

import dev.carillon.engines.Durability;
import dev.carillon.engines.Engine;
import dev.carillon.engines.EngineBinaries;
import dev.carillon.engines.EtcdEngine;
import dev.carillon.engines.EtcdOptions;
import dev.carillon.engines.MariaDbOptions;
import dev.carillon.engines.RedisEngine;
import dev.carillon.engines.RedisOptions;
import dev.carillon.engines.SqlEngine;
import dev.carillon.engines.VitessEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The engines of this test JVM: each started when first asked for, all gone with the JVM, their
/// data too.
final class SharedEngines {
  static final String USER = "carillon";

  private static final Path DATA = Path.of("target", "engines-data").toAbsolutePath();
  private static final Path FOLDER = DATA.resolve(Long.toString(ProcessHandle.current().pid()));
  private static final String PASSWORD = randomPassword();
  private static final List<Engine> RUNNING = new ArrayList<>();

  private static final Once<EtcdEngine> ETCD = new Once<>(SharedEngines::startEtcd);
  private static final Once<RedisEngine> REDIS = new Once<>(SharedEngines::startRedis);
  private static final Once<? extends Engine> SQL =
      Boolean.getBoolean("carillon.vitess")
          ? new Once<>(SharedEngines::startVitess)
          : new Once<>(SharedEngines::startMariaDb);

  private SharedEngines() {}

  static EtcdEngine etcd() {
    return ETCD.get();
  }

  static RedisEngine redis() {
    return REDIS.get();
  }

  /// MariaDB; or MySQL, or a Vitess with all keyspaces of the source tree, as system properties
  /// say.
  static Engine sql() {
    return SQL.get();
  }

  private static EtcdEngine startEtcd() {
    EtcdOptions options = EtcdOptions.DEFAULT.withDurability(Durability.FAST);
    return keep(EtcdEngine.start(binaries(), folder("etcd"), options));
  }

  private static RedisEngine startRedis() {
    RedisOptions options = RedisOptions.DEFAULT.withPassword(PASSWORD);
    return keep(RedisEngine.start(binaries(), folder("redis"), options));
  }

  private static SqlEngine startMariaDb() {
    MariaDbOptions options =
        MariaDbOptions.of(USER, PASSWORD, List.of()).withDurability(Durability.FAST);
    return keep(SqlEngine.start(binaries(), folder("mariadb"), options));
  }

  private static VitessEngine startVitess() {
    MariaDbOptions options =
        MariaDbOptions.of(USER, PASSWORD, List.of()).withDurability(Durability.FAST);
    return keep(VitessEngine.start(binaries(), folder("vitess"), keyspaces(), options));
  }

  /// Two shards for every `vschema.json` that stands beside schema files.
  private static List<VitessEngine.Keyspace> keyspaces() {
    try (Stream<Path> files = Files.walk(root().resolve("services"))) {
      return files
          .filter(file -> file.endsWith("vschema.json") && file.toString().contains("src/main"))
          .map(SharedEngines::keyspace)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Named after the folder of the schema files, or after the service with only one.
  private static VitessEngine.Keyspace keyspace(Path vschema) {
    Path folder = vschema.resolveSibling("");
    Path named = folder.endsWith("schema") ? folder.resolve("../../../..").normalize() : folder;
    try (Stream<Path> files = Files.list(folder)) {
      List<String> tables = new ArrayList<>();
      for (Path file : files.filter(each -> each.toString().endsWith(".sql")).sorted().toList()) {
        String sql = Files.readString(file).replaceAll("(?m)--.*$", "");
        Stream.of(sql.split(";"))
            .map(String::strip)
            .filter(not(String::isEmpty))
            .forEach(tables::add);
      }
      return new VitessEngine.Keyspace(
          USER + "_" + named.getFileName(),
          List.of("-80", "80-"),
          Files.readString(vschema),
          tables);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String redisPassword() {
    return PASSWORD;
  }

  private static EngineBinaries binaries() {
    return EngineBinaries.locate(
        root().resolve(".engines"), line -> System.err.println("test engines: " + line));
  }

  /// The top of the source tree, so that all modules share one cache.
  private static Path root() {
    Path root = Path.of("").toAbsolutePath();
    for (@Nullable Path folder = root; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("pom.xml"))) {
        root = folder;
      }
    }
    return root;
  }

  private static synchronized Path folder(String engine) {
    if (RUNNING.isEmpty()) {
      deleteLeftovers();
    }
    return FOLDER.resolve(engine);
  }

  private static synchronized <E extends Engine> E keep(E engine) {
    if (RUNNING.isEmpty()) {
      Runtime.getRuntime().addShutdownHook(new Thread(SharedEngines::end, "test-engines-end"));
    }
    RUNNING.add(engine);
    return engine;
  }

  /// Their data is of no use any more, so they need not stop in good order.
  private static synchronized void end() {
    for (Engine engine : RUNNING.reversed()) {
      engine.kill();
      engine.close();
    }
    deleteTree(FOLDER);
  }

  /// What test JVMs that were killed could not delete.
  private static void deleteLeftovers() {
    if (!Files.isDirectory(DATA)) {
      return;
    }
    try (Stream<Path> folders = Files.list(DATA)) {
      folders.filter(SharedEngines::isAbandoned).forEach(SharedEngines::deleteTree);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isAbandoned(Path folder) {
    String name = folder.getFileName().toString();
    return name.matches("\\d+")
        && (folder.equals(FOLDER) || ProcessHandle.of(Long.parseLong(name)).isEmpty());
  }

  private static void deleteTree(Path root) {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String randomPassword() {
    byte[] bytes = new byte[16];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /// A value made when first asked for. A failure is thrown to everyone who asks, without another
  /// attempt.
  private static final class Once<T> {
    private final Supplier<T> maker;
    private @Nullable T value;
    private @Nullable RuntimeException failure;

    Once(Supplier<T> maker) {
      this.maker = maker;
    }

    synchronized T get() {
      if (failure != null) {
        throw failure;
      }
      if (value == null) {
        try {
          value = maker.get();
        } catch (RuntimeException e) {
          failure = e;
          throw e;
        }
      }
      return value;
    }
  }
}
