package dev.carillon.local.supervisor;

import dev.carillon.engines.Engine;
import dev.carillon.installation.Installation;
import dev.carillon.local.supervisor.InstanceSettings.ClientPort;
import dev.carillon.runtime.discovery.Instance;
import dev.carillon.runtime.discovery.Instances;
import dev.carillon.runtime.discovery.RegistryConfig;
import dev.carillon.runtime.lifecycle.Closer;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.service.Services;
import dev.carillon.runtime.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The whole product on one machine: engines and services, started together, restarted when one
/// ends, and stopped in order.
public final class Supervisor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
  private static final String VERSION = "0.1.0";
  private static final Duration READY_LIMIT = Duration.ofSeconds(90);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(25);

  private final InstallationPlan plan;
  private final Services services;
  private final Routing routing;
  private final Consumer<String> progress;
  private final Closer closer = new Closer();
  private final List<InstanceRestarter> restarters = new ArrayList<>();
  private final Instant startedAt = Instant.now();
  private final LocalEngines engines;
  private final Instances instances;
  private boolean published;

  private Supervisor(
      InstallationPlan plan,
      Services services,
      Routing routing,
      LocalEngines engines,
      Instances instances,
      Consumer<String> progress) {
    this.plan = plan;
    this.services = services;
    this.routing = routing;
    this.engines = engines;
    this.instances = instances;
    this.progress = progress;
  }

  /// Starts everything and returns when all is ready; when something cannot be started, nothing is
  /// left running.
  ///
  /// @param environment whose `CARILLON_…` settings every instance gets
  /// @param routing how the instances reach each other and the engines
  /// @param progress receives a line for people after each step; called by several threads
  public static Supervisor start(
      InstallationPlan plan,
      Map<String, String> environment,
      Routing routing,
      Consumer<String> progress)
      throws Exception {
    Files.deleteIfExists(Installation.fileIn(plan.folder().root()));
    Secrets.in(plan.folder().secrets());
    // Once without the engines: a setting that is wrong is refused before any of them is started.
    Services services = Services.onClassPath();
    services.check(SharedSettings.of(plan, environment, Map.of()));
    LocalEngines engines = LocalEngines.start(plan, services, environment, progress);
    try {
      Map<String, String> shared = SharedSettings.of(plan, environment, engines.settings());
      LOG.info("settings:\n{}", services.check(shared));
      RegistryConfig registry = RegistryConfig.read(Settings.of(shared));
      Instances instances =
          Instances.join(registry.open(System::nanoTime), registry.leaseTimeToLive(), new Health());
      Supervisor supervisor = new Supervisor(plan, services, routing, engines, instances, progress);
      return supervisor.run(shared);
    } catch (Exception e) {
      engines.close();
      throw e;
    }
  }

  private Supervisor run(Map<String, String> shared) throws Exception {
    closer.add(engines);
    engines.all().forEach(engine -> closer.add(EngineRestarter.watch(engine)::stopping));
    closer.add(instances);
    closer.add(this::stopInstances);
    try {
      startInstances(shared);
      publish();
      return this;
    } catch (Exception e) {
      close();
      throw e;
    }
  }

  private void startInstances(Map<String, String> shared) throws Exception {
    Launcher launcher =
        plan.processes()
            ? Launcher.inProcesses(plan.folder(), services)
            : Launcher.inThisJvm(services);
    InstanceSettings settings = new InstanceSettings(shared, plan.folder(), routing);
    for (String service : services.names()) {
      for (int number = 1; number <= plan.instances().of(service); number++) {
        restarters.add(
            new InstanceRestarter(new InstanceSlot(service, number), launcher, settings));
      }
    }
    List<Future<?>> starts = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      restarters.forEach(restarter -> starts.add(threads.submit(() -> startOne(restarter))));
    }
    for (Future<?> start : starts) {
      try {
        start.get();
      } catch (ExecutionException e) {
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
    }
  }

  private Void startOne(InstanceRestarter restarter) throws Exception {
    long begin = System.nanoTime();
    restarter.start();
    awaitReady(restarter);
    restarter.settle();
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    progress.accept(restarter.slot() + " ready after " + Progress.seconds(took));
    return null;
  }

  private void awaitReady(InstanceRestarter restarter) {
    boolean ready =
        Wait.until(
            () -> !restarter.failure().isEmpty() || missing(restarter).isEmpty(),
            POLL_INTERVAL,
            READY_LIMIT);
    if (!restarter.failure().isEmpty()) {
      throw new IllegalStateException(restarter.failure());
    }
    if (!ready) {
      throw new IllegalStateException(
          restarter.slot()
              + ": not ready after "
              + READY_LIMIT.toSeconds()
              + " s: "
              + missing(restarter));
    }
  }

  /// What is missing until an instance is ready; empty when it is.
  private String missing(InstanceRestarter restarter) {
    return announced(restarter)
        .map(instance -> Readiness.ask(instance.adminAddress()))
        .map(readiness -> readiness.ready() ? "" : readiness.reasons().toString())
        .orElse("not announced");
  }

  private Optional<Instance> announced(InstanceRestarter restarter) {
    return instances.of(restarter.slot().service()).byId(restarter.id());
  }

  /// Writes the installation's description, now and whenever the instances in the registry change.
  private void publish() {
    synchronized (this) {
      published = true;
    }
    for (String service : services.names()) {
      closer.add(instances.of(service).onChange(now -> write()));
    }
    write();
  }

  private synchronized void write() {
    if (!published) {
      return;
    }
    try {
      installation().write(plan.folder().root());
    } catch (IOException e) {
      LOG.error("cannot write the description of the installation", e);
    }
  }

  private synchronized void unpublish() throws IOException {
    published = false;
    Files.deleteIfExists(Installation.fileIn(plan.folder().root()));
  }

  /// The description of the installation as it is now.
  public Installation installation() {
    List<Installation.Service> services = restarters.stream().map(this::described).toList();
    return new Installation(
        ProcessHandle.current().pid(),
        VERSION,
        startedAt.toString(),
        restarters.stream()
            .map(restarter -> restarter.clientAddress(ClientPort.WEB))
            .filter(address -> !address.isEmpty())
            .toList(),
        services,
        engines.all().stream().map(Supervisor::described).toList(),
        tokenKeys());
  }

  /// The engines that it started; one that ends is started again on the same port and data.
  public List<Engine> engines() {
    return engines.all();
  }

  /// Why instances are not announced or not ready, by the name of its instance slot; empty when all
  /// are ready.
  public Map<String, String> missing() {
    Map<String, String> missing = new TreeMap<>();
    restarters.forEach(restarter -> missing.put(restarter.slot().toString(), missing(restarter)));
    missing.values().removeIf(String::isEmpty);
    return missing;
  }

  private String tokenKeys() {
    return plan.folder().secrets().resolve("token-keys.json").toString();
  }

  private Installation.Service described(InstanceRestarter restarter) {
    Optional<Instance> announced = announced(restarter);
    String client = restarter.clientAddress(ClientPort.WEB);
    String clientGrpc = restarter.clientAddress(ClientPort.GRPC);
    return new Installation.Service(
        restarter.slot().service(),
        restarter.id(),
        announced.map(Instance::address).orElse(""),
        announced.map(Instance::adminAddress).orElse(""),
        client.isEmpty() ? null : client,
        clientGrpc.isEmpty() ? null : clientGrpc,
        restarter.pid());
  }

  private static Installation.Engine described(Engine engine) {
    return new Installation.Engine(engine.name(), "127.0.0.1:" + engine.port(), engine.pid());
  }

  /// Gateways first, so that no message arrives while the other services hand over their slots.
  private void stopInstances() throws IOException {
    unpublish();
    for (String service : services.names().reversed()) {
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        restarters.stream()
            .filter(restarter -> restarter.slot().service().equals(service))
            .forEach(restarter -> threads.submit(restarter::stop));
      }
      progress.accept(service + " stopped");
    }
  }

  /// Stops everything in order; returns when nothing is left.
  @Override
  public void close() {
    closer.close();
  }
}
