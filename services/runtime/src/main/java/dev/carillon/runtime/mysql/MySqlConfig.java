package dev.carillon.runtime.mysql;

import dev.carillon.runtime.settings.Secret;
import dev.carillon.runtime.settings.Settings;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The settings of one database.
///
/// @param url `jdbc:mysql://host:port`, without a database; driver options after `?` win over ours,
///   but may not name a user or a password
/// @param user who signs in
/// @param password with what; empty where the server asks for none
/// @param database the database, or the keyspace at Vitess
/// @param tls whether the connection is encrypted
/// @param pools connections at most
/// @param queryTimeout after which a statement without an answer gives its connection up
/// @param startLimit how long a start waits for the server
/// @param migrate whether a start creates the database and applies the schema by itself
public record MySqlConfig(
    String url,
    String user,
    Secret password,
    String database,
    Tls tls,
    Pools pools,
    Duration queryTimeout,
    Duration startLimit,
    boolean migrate) {
  // The driver would prefer a user or password among the options to those of the settings.
  private static final Pattern URL =
      Pattern.compile(
          "(jdbc:mysql://[^/?@\\s]+)/?(?:\\?(?!(?:.*&)?(?i:user|password)=)([^?\\s]*))?");
  private static final String UNUSABLE =
      ": unusable (expected: jdbc:mysql://host:port, no user, no database)";
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

  /// Whether a connection is encrypted and how its certificate is verified; the driver's `sslMode`.
  public enum Tls {
    DISABLED,
    PREFERRED,
    REQUIRED,
    VERIFY_CA,
    VERIFY_IDENTITY
  }

  /// How many connections there may be; they are opened as they are needed.
  ///
  /// @param transactions at a time, and so writing threads that need not wait for each other
  /// @param reads at a time
  public record Pools(int transactions, int reads) {
    /// Refuses pools without connections.
    public Pools {
      if (transactions < 1 || reads < 1) {
        throw new IllegalArgumentException(
            "pools: " + transactions + " and " + reads + " (expected: at least 1)");
      }
    }

    /// The size of both that serves most services.
    public static Pools standard() {
      return new Pools(4, 4);
    }
  }

  /// Refuses a URL or a database name that cannot be used.
  public MySqlConfig {
    if (!URL.matcher(url).matches()) {
      // The value stays out of the message: people put passwords where they do not belong.
      throw new IllegalArgumentException("url of MySQL" + UNUSABLE);
    }
    if (!NAME.matcher(database).matches()) {
      throw new IllegalArgumentException("database: " + database + " (expected: " + NAME + ")");
    }
    if (!queryTimeout.isPositive() || startLimit.isNegative()) {
      throw new IllegalArgumentException(
          "queryTimeout: %s, startLimit: %s (expected: positive)"
              .formatted(queryTimeout, startLimit));
    }
  }

  /// Reads what all services share - `CARILLON_MYSQL_URL` (jdbc:mysql://127.0.0.1:3306), `_USER`
  /// (carillon), `_PASSWORD` or `_PASSWORD_FILE`, `_TLS` (preferred), `_QUERY_TIMEOUT` (5s),
  /// `_START_LIMIT` (5m), `_MIGRATE` (true) - and how many connections there may be for each of the
  /// service's databases: `<prefix>_MYSQL_POOL` (4) for transactions and `<prefix>_MYSQL_READ_POOL`
  /// (4) for reads, where `prefix` is for example `CARILLON_MESSAGE`.
  public static MySqlConfig read(Settings settings, String prefix, String database) {
    String fallback = "jdbc:mysql://127.0.0.1:3306";
    String url = settings.text("CARILLON_MYSQL_URL", fallback);
    if (!URL.matcher(url).matches()) {
      settings.problem("CARILLON_MYSQL_URL" + UNUSABLE);
      url = fallback;
    }
    return new MySqlConfig(
        url,
        settings.text("CARILLON_MYSQL_USER", "carillon"),
        settings.secret("CARILLON_MYSQL_PASSWORD").orElse(Secret.EMPTY),
        database,
        settings.choice("CARILLON_MYSQL_TLS", Tls.PREFERRED),
        new Pools(
            settings.integer(prefix + "_MYSQL_POOL", 4, 1, 256),
            settings.integer(prefix + "_MYSQL_READ_POOL", 4, 1, 256)),
        settings.duration(
            "CARILLON_MYSQL_QUERY_TIMEOUT",
            Duration.ofSeconds(5),
            Duration.ofMillis(100),
            Duration.ofMinutes(10)),
        settings.duration(
            "CARILLON_MYSQL_START_LIMIT",
            Duration.ofMinutes(5),
            Duration.ZERO,
            Duration.ofHours(1)),
        settings.bool("CARILLON_MYSQL_MIGRATE", true));
  }

  /// The driver's URL of a connection that makes the database if it is not there.
  String creatingUrl() {
    return jdbcUrl(Map.of("createDatabaseIfNotExist", "true"));
  }

  /// The driver's URL of the pools' connections.
  String jdbcUrl() {
    return jdbcUrl(Map.of());
  }

  private String jdbcUrl(Map<String, String> more) {
    Matcher matcher = URL.matcher(url);
    if (!matcher.matches()) {
      throw new IllegalStateException("checked when it was made");
    }
    Map<String, String> options = new TreeMap<>(options());
    options.putAll(more);
    String given = matcher.group(2) == null ? "" : matcher.group(2);
    Arrays.stream(given.split("&", -1))
        .map(option -> option.split("=", 2))
        .filter(option -> option.length == 2)
        .forEach(option -> options.put(option[0], option[1]));
    return options.entrySet().stream()
        .map(Object::toString)
        .collect(Collectors.joining("&", matcher.group(1) + "/" + database + "?", ""));
  }

  private Map<String, String> options() {
    return Map.ofEntries(
        Map.entry("sslMode", tls.name().toUpperCase(Locale.ROOT)),
        Map.entry("allowPublicKeyRetrieval", String.valueOf(tls == Tls.DISABLED)),
        Map.entry("connectTimeout", String.valueOf(CONNECT_TIMEOUT.toMillis())),
        // Bounds a statement without a timer thread: a server that hangs loses its connection.
        Map.entry("socketTimeout", String.valueOf(queryTimeout.toMillis())),
        Map.entry("tcpKeepAlive", "true"),
        Map.entry("characterEncoding", "utf-8"),
        Map.entry("connectionTimeZone", "UTC"),
        Map.entry("rewriteBatchedStatements", "true"),
        Map.entry("useServerPrepStmts", "true"),
        Map.entry("cachePrepStmts", "true"),
        Map.entry("prepStmtCacheSize", "256"),
        // The longest is an INSERT of 64 rows.
        Map.entry("prepStmtCacheSqlLimit", "16384"),
        Map.entry("cacheServerConfiguration", "true"),
        Map.entry("useLocalSessionState", "true"),
        Map.entry("maintainTimeStats", "false"));
  }
}
