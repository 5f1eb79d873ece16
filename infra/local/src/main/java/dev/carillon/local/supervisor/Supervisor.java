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
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The whole product on one machine: engines and services, started together, restarted when one
/// ends, and stopped in order.
public final class Supervisor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
  private static final String VERSION = "0.1.0";
  private static final Duration READY_LIMIT = Duration.ofSeconds(90);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(25);

  private final Launcher launcher;
  private final LocalEngines engines;
  private final Instances instances;
  private final Consumer<String> progress;
  private final Closer closer;
  private final List<SupervisedInstance> supervised = new ArrayList<>();
  private final Instant startedAt = Instant.now();
  private boolean stopping;

  private Supervisor(
      Launcher launcher,
      LocalEngines engines,
      Instances instances,
      Consumer<String> progress,
      Closer closer) {
    this.launcher = launcher;
    this.engines = engines;
    this.instances = instances;
    this.progress = progress;
    this.closer = closer;
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
    SecretFile.make(plan.folder());
    // Once without the engines: a setting that is wrong is refused before any of them is started.
    Services services = Services.onClassPath();
    services.check(InstanceSettings.shared(plan, environment, Map.of()));
    Closer closer = new Closer();
    LocalEngines engines = closer.add(LocalEngines.start(plan, services, environment, progress));
    try {
      Map<String, String> shared = InstanceSettings.shared(plan, environment, engines.settings());
      LOG.info("settings:\n{}", services.check(shared));
      InstanceSettings settings = new InstanceSettings(shared, plan.folder(), routing);
      Launcher launcher = new Launcher(plan, services, settings);
      return new Supervisor(launcher, engines, join(shared), progress, closer).run();
    } catch (Exception e) {
      closer.close();
      throw e;
    }
  }

  private static Instances join(Map<String, String> shared) throws Exception {
    RegistryConfig registry = RegistryConfig.read(Settings.of(shared));
    return Instances.join(
        registry.open(System::nanoTime), registry.leaseTimeToLive(), new Health());
  }

  private Supervisor run() throws Exception {
    engines.all().forEach(engine -> closer.add(watched(engine)));
    closer.add(instances);
    closer.add(this::stopInstances);
    startInstances();
    for (String service : launcher.services().names()) {
      closer.add(instances.of(service).onChange(now -> write()));
    }
    write();
    return this;
  }

  private static Restarter watched(Engine engine) {
    Restarter restarter =
        new Restarter(
            engine.name(),
            () -> {
              engine.restart();
              return end(engine);
            });
    restarter.watch(end(engine));
    return restarter;
  }

  private static CompletableFuture<String> end(Engine engine) {
    return engine.onExit().thenApply(code -> "ended with code " + code);
  }

  private void startInstances() throws Exception {
    for (String service : launcher.services().names()) {
      for (int number = 1; number <= launcher.plan().instances().of(service); number++) {
        supervised.add(new SupervisedInstance(new InstanceSlot(service, number), launcher));
      }
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Void>> starts =
          supervised.stream().<Callable<Void>>map(instance -> () -> startOne(instance)).toList();
      for (Future<Void> start : threads.invokeAll(starts)) {
        if (start.state() == Future.State.FAILED) {
          throw start.exceptionNow() instanceof Exception e
              ? e
              : new ExecutionException(start.exceptionNow());
        }
      }
    }
  }

  private Void startOne(SupervisedInstance instance) throws Exception {
    long begin = System.nanoTime();
    CompletableFuture<String> end = instance.start();
    awaitReady(instance, end);
    instance.settle(end);
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    progress.accept(instance.slot() + " ready after " + Progress.seconds(took));
    return null;
  }

  private void awaitReady(SupervisedInstance instance, CompletableFuture<String> end) {
    boolean over =
        Wait.until(() -> end.isDone() || missing(instance).isEmpty(), POLL_INTERVAL, READY_LIMIT);
    if (end.isDone()) {
      throw new IllegalStateException(
          instance.slot() + ": " + end.join() + "\n" + instance.running().lastOutput().get());
    }
    if (!over) {
      throw new IllegalStateException(
          "%s: not ready after %d s: %s"
              .formatted(instance.slot(), READY_LIMIT.toSeconds(), missing(instance)));
    }
  }

  /// What is missing until an instance is ready; empty when it is.
  private String missing(SupervisedInstance instance) {
    return announced(instance)
        .map(found -> Readiness.ask(found.adminAddress()))
        .map(readiness -> readiness.ready() ? "" : readiness.reasons().toString())
        .orElse("not announced");
  }

  private Optional<Instance> announced(SupervisedInstance instance) {
    return instances.of(instance.slot().service()).byId(instance.running().id());
  }

  /// Writes the installation's description; called whenever the instances in the registry change.
  private synchronized void write() {
    try {
      if (!stopping) {
        installation().write(launcher.plan().folder().root());
      }
    } catch (IOException e) {
      LOG.error("cannot write the description of the installation", e);
    }
  }

  /// The description of the installation as it is now.
  public Installation installation() {
    List<Installation.Service> services = supervised.stream().map(this::described).toList();
    return new Installation(
        ProcessHandle.current().pid(),
        VERSION,
        startedAt.toString(),
        services.stream().flatMap(one -> Stream.ofNullable(one.client())).toList(),
        services,
        engines.all().stream()
            .map(e -> new Installation.Engine(e.name(), "127.0.0.1:" + e.port(), e.pid()))
            .toList(),
        SecretFile.TOKEN_KEYS.in(launcher.plan().folder()).toString());
  }

  private Installation.Service described(SupervisedInstance instance) {
    Optional<Instance> announced = announced(instance);
    return new Installation.Service(
        instance.slot().service(),
        instance.running().id(),
        announced.map(Instance::address).orElse(""),
        announced.map(Instance::adminAddress).orElse(""),
        launcher.settings().clientAddress(instance.slot(), ClientPort.WEB),
        launcher.settings().clientAddress(instance.slot(), ClientPort.GRPC),
        instance.running().pid());
  }

  /// The engines that it started; one that ends is started again on the same port and data.
  public List<Engine> engines() {
    return engines.all();
  }

  /// Why instances are not announced or not ready, by the name of its instance slot; empty when all
  /// are ready.
  public Map<String, String> missing() {
    Map<String, String> missing = new TreeMap<>();
    supervised.forEach(instance -> missing.put(instance.slot().toString(), missing(instance)));
    missing.values().removeIf(String::isEmpty);
    return missing;
  }

  /// Gateways first, so that no message arrives while the other services hand over their slots.
  private void stopInstances() throws IOException {
    synchronized (this) {
      stopping = true;
      Files.deleteIfExists(Installation.fileIn(launcher.plan().folder().root()));
    }
    for (String service : launcher.services().names().reversed()) {
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        supervised.stream()
            .filter(instance -> instance.slot().service().equals(service))
            .forEach(instance -> threads.submit(instance::stop));
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
