package dev.carillon.local.supervisor;

import dev.carillon.engines.Engine;
import dev.carillon.engines.EngineBinaries;
import dev.carillon.engines.EngineException;
import dev.carillon.engines.Engines;
import dev.carillon.engines.EnginesPlan;
import dev.carillon.engines.EtcdEngine;
import dev.carillon.engines.EtcdOptions;
import dev.carillon.engines.MariaDbOptions;
import dev.carillon.engines.RedisOptions;
import dev.carillon.runtime.service.ServiceDescriptor;
import dev.carillon.runtime.service.Services;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The engines of one installation, and the settings by which its services reach them.
///
/// An engine whose address the environment gives is not started.
public final class LocalEngines implements AutoCloseable {
  private static final String ETCD = "CARILLON_ETCD_ENDPOINTS";
  private static final String REDIS = "CARILLON_REDIS_ADDRESS";
  private static final String MYSQL = "CARILLON_MYSQL_URL";

  private final List<Engines> started;
  private final Map<String, String> settings;

  private LocalEngines(List<Engines> started, Map<String, String> settings) {
    this.started = List.copyOf(started);
    this.settings = Map.copyOf(settings);
  }

  /// Starts the engines that the environment does not name and returns when all serve.
  ///
  /// @param services what they need is started
  /// @param environment whose settings win
  /// @throws EngineException when one cannot be started
  public static LocalEngines start(
      InstallationPlan plan,
      Services services,
      Map<String, String> environment,
      Consumer<String> progress)
      throws IOException, InterruptedException {
    Secrets secrets = Secrets.in(plan.folder().secrets());
    EngineBinaries binaries = EngineBinaries.locate(cache(plan), progress);
    Path data = plan.folder().engines();
    Map<String, String> settings = new TreeMap<>();
    List<Engines> started = new ArrayList<>();
    EnginesPlan stores = stores(secrets, services, environment);
    // Side by side: the first start may have to fetch etcd.
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Engines> registry =
          threads.submit(() -> registry(data, environment, binaries, settings, progress));
      @Nullable RuntimeException failure = null;
      try {
        started.add(Engines.start(binaries, data, stores, progress));
      } catch (EngineException e) {
        failure = e;
      }
      try {
        started.add(registry.get());
      } catch (ExecutionException e) {
        failure =
            e.getCause() instanceof RuntimeException cause
                ? cause
                : new EngineException("etcd: " + e, e);
      }
      if (failure != null) {
        new LocalEngines(started, settings).close();
        throw failure;
      }
    }
    addStores(started.getFirst(), secrets, settings);
    return new LocalEngines(started, settings);
  }

  /// Programs are unpacked once for all installations of a clone.
  private static Path cache(InstallationPlan plan) {
    String clone = System.getProperty("carillon.home", "");
    return clone.isEmpty() ? plan.folder().root().resolve(".engines") : Path.of(clone, ".engines");
  }

  private static EnginesPlan stores(
      Secrets secrets, Services services, Map<String, String> environment) throws IOException {
    boolean redis = services.all().stream().anyMatch(ServiceDescriptor::usesRedis);
    List<String> databases = services.databases();
    EnginesPlan plan = EnginesPlan.NONE;
    if (redis && !environment.containsKey(REDIS)) {
      String password = Secrets.read(secrets.redisPassword());
      plan = plan.withRedis(RedisOptions.DEFAULT.withPassword(password));
    }
    if (!databases.isEmpty() && !environment.containsKey(MYSQL)) {
      String password = Secrets.read(secrets.mariaDbPassword());
      plan = plan.withMariaDb(MariaDbOptions.of("carillon", password, databases));
    }
    return plan;
  }

  /// No instance of the last run is left: its entries are cleared, so that the new instances need
  /// not wait until the old leases end.
  private static Engines registry(
      Path data,
      Map<String, String> environment,
      EngineBinaries binaries,
      Map<String, String> settings,
      Consumer<String> progress) {
    if (environment.containsKey(ETCD)) {
      return Engines.start(binaries, data, EnginesPlan.NONE, progress);
    }
    EnginesPlan plan = EnginesPlan.NONE.withEtcd(EtcdOptions.DEFAULT);
    Engines engines = Engines.start(binaries, data, plan, progress);
    EtcdEngine etcd = engines.etcd().orElseThrow();
    etcd.clear("/carillon/");
    settings.put(ETCD, etcd.url());
    return engines;
  }

  private static void addStores(Engines engines, Secrets secrets, Map<String, String> settings) {
    engines
        .redis()
        .ifPresent(redis -> {
          settings.put(REDIS, "127.0.0.1:" + redis.port());
          settings.put("CARILLON_REDIS_PASSWORD_FILE", secrets.redisPassword().toString());
        });
    engines
        .mariaDb()
        .ifPresent(mariaDb -> {
          settings.put(MYSQL, "jdbc:mysql://127.0.0.1:" + mariaDb.port());
          settings.put("CARILLON_MYSQL_USER", "carillon");
          settings.put("CARILLON_MYSQL_PASSWORD_FILE", secrets.mariaDbPassword().toString());
          settings.put("CARILLON_MYSQL_TLS", "disabled");
        });
  }

  /// How the services reach the engines that were started here.
  public Map<String, String> settings() {
    return settings;
  }

  /// The engines that were started here.
  public List<Engine> all() {
    return started.stream().flatMap(engines -> engines.all().stream()).toList();
  }

  /// Stops the engines; data stays.
  @Override
  public void close() {
    started.reversed().forEach(Engines::close);
  }
}
