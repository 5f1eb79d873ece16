package dev.carillon.local.supervisor;

import dev.carillon.engines.Engine;
import dev.carillon.engines.EngineBinaries;
import dev.carillon.engines.Engines;
import dev.carillon.engines.EnginesPlan;
import dev.carillon.engines.EtcdOptions;
import dev.carillon.engines.MariaDbOptions;
import dev.carillon.engines.RedisOptions;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.runtime.service.ServiceDescriptor;
import dev.carillon.runtime.service.Services;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// The engines of one installation, and the settings by which its services reach them.
///
/// An engine whose address the environment gives is not started.
public final class LocalEngines implements AutoCloseable {
  private static final String ETCD = "CARILLON_ETCD_ENDPOINTS";
  private static final String REDIS = "CARILLON_REDIS_ADDRESS";
  private static final String MYSQL = "CARILLON_MYSQL_URL";

  private final Engines engines;
  private final Map<String, String> settings = new TreeMap<>();

  private LocalEngines(Engines engines, InstallationFolder folder) {
    this.engines = engines;
    engines.etcd().ifPresent(etcd -> settings.put(ETCD, etcd.url()));
    engines
        .redis()
        .ifPresent(redis -> {
          settings.put(REDIS, "127.0.0.1:" + redis.port());
          put("CARILLON_REDIS_PASSWORD_FILE", SecretFile.REDIS_PASSWORD, folder);
        });
    engines
        .mariaDb()
        .ifPresent(mariaDb -> {
          settings.put(MYSQL, "jdbc:mysql://127.0.0.1:" + mariaDb.port());
          settings.put("CARILLON_MYSQL_USER", "carillon");
          put("CARILLON_MYSQL_PASSWORD_FILE", SecretFile.MARIADB_PASSWORD, folder);
          settings.put("CARILLON_MYSQL_TLS", "disabled");
        });
  }

  private void put(String setting, SecretFile secret, InstallationFolder folder) {
    settings.put(setting, secret.in(folder).toString());
  }

  /// Starts the engines that the environment does not name and returns when all serve.
  ///
  /// @param services what they need is started
  /// @param environment whose settings win
  /// @throws dev.carillon.engines.EngineException when one cannot be started
  public static LocalEngines start(
      InstallationPlan plan,
      Services services,
      Map<String, String> environment,
      Consumer<String> progress)
      throws IOException {
    InstallationFolder folder = plan.folder();
    SecretFile.make(folder);
    Engines engines =
        Engines.start(
            EngineBinaries.locate(cache(folder), progress),
            folder.engines(),
            plan(folder, services, environment),
            progress);
    // No instance of the last run is left: its entries are cleared, so that the new instances need
    // not wait until the old leases end.
    engines.etcd().ifPresent(etcd -> etcd.clear("/carillon/"));
    return new LocalEngines(engines, folder);
  }

  /// Programs are unpacked once for all installations of a clone.
  private static Path cache(InstallationFolder folder) {
    String clone = System.getProperty("carillon.home", "");
    return (clone.isEmpty() ? folder.root() : Path.of(clone)).resolve(".engines");
  }

  private static EnginesPlan plan(
      InstallationFolder folder, Services services, Map<String, String> environment)
      throws IOException {
    EnginesPlan plan = EnginesPlan.NONE;
    if (!environment.containsKey(ETCD)) {
      plan = plan.withEtcd(EtcdOptions.DEFAULT);
    }
    if (services.all().stream().anyMatch(ServiceDescriptor::usesRedis)
        && !environment.containsKey(REDIS)) {
      String password = SecretFile.REDIS_PASSWORD.read(folder);
      plan = plan.withRedis(RedisOptions.DEFAULT.withPassword(password));
    }
    List<String> databases = services.databases();
    if (!databases.isEmpty() && !environment.containsKey(MYSQL)) {
      String password = SecretFile.MARIADB_PASSWORD.read(folder);
      plan = plan.withMariaDb(MariaDbOptions.of("carillon", password, databases));
    }
    return plan;
  }

  /// How the services reach the engines that were started here.
  public Map<String, String> settings() {
    return Map.copyOf(settings);
  }

  /// The engines that were started here.
  public List<Engine> all() {
    return engines.all();
  }

  /// Stops the engines; data stays.
  @Override
  public void close() {
    engines.close();
  }
}
