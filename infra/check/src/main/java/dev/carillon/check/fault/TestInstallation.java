package dev.carillon.check.fault;

import dev.carillon.engines.Engine;
import dev.carillon.installation.Installation;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.local.supervisor.InstallationPlan;
import dev.carillon.local.supervisor.InstanceCounts;
import dev.carillon.local.supervisor.Supervisor;
import dev.carillon.local.supervisor.Wait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// The installation under test: two instances of every service, each a process, over engines of its
/// own, with a proxy between any two parties; all held by this JVM and ending with it. Safe for use
/// by several threads.
public final class TestInstallation implements AutoCloseable {
  private static final String INSTANCES = "connection=2,message=2,sequence=2,presence=2";
  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

  private final InstallationFolder folder;
  private final ProxyRouting routing;
  private final Supervisor supervisor;

  private TestInstallation(InstallationFolder folder, ProxyRouting routing, Supervisor supervisor) {
    this.folder = folder;
    this.routing = routing;
    this.supervisor = supervisor;
  }

  /// Starts it and returns when all is ready.
  ///
  /// @param root where it lives; what was there before is kept and used
  /// @param settings `CARILLON_…` settings that every instance gets besides
  /// @param progress receives a line for people after each step; called by several threads
  public static TestInstallation start(
      Path root, Map<String, String> settings, Consumer<String> progress) throws Exception {
    InstallationFolder folder = new InstallationFolder(root);
    folder.create();
    InstallationPlan plan =
        new InstallationPlan(folder, true, InstanceCounts.parse(INSTANCES), true);
    ProxyRouting routing = new ProxyRouting(root.hashCode());
    Map<String, String> all = new TreeMap<>(settings);
    all.putIfAbsent("CARILLON_ALLOW_FAIL_POINTS", "true");
    // With two gateways the usual bound is seldom reached; with this one, some messages go to the
    // gateways that presence names, and some are broadcast.
    all.putIfAbsent("CARILLON_MESSAGE_FANOUT_PRESENCE_COST", "24");
    try {
      return new TestInstallation(folder, routing, Supervisor.start(plan, all, routing, progress));
    } catch (Exception e) {
      routing.close();
      throw e;
    }
  }

  /// `host:port` where clients reach the gateways by WebSocket, in the order of their instance
  /// slots.
  public List<String> endpoints() {
    return routing.endpoints();
  }

  /// `host:port` where clients reach the gateways by gRPC, in the order of their instance slots.
  public List<String> grpcEndpoints() {
    return routing.grpcEndpoints();
  }

  /// The keys with which tokens are signed.
  public Path tokenKeyFile() {
    return Path.of(supervisor.installation().tokenKeyFile());
  }

  /// Waits until every instance is announced and wants work.
  ///
  /// @return what is still missing when the time is over, by the name of the instance slot; empty
  ///   if nothing
  public Map<String, String> awaitReady(Duration limit) {
    Wait.until(() -> supervisor.missing().isEmpty(), POLL_INTERVAL, limit);
    return supervisor.missing();
  }

  /// The instances as they are now.
  List<Installation.Service> instances() {
    return supervisor.installation().services();
  }

  /// The engine called `name`.
  Engine engine(String name) {
    return supervisor.engines().stream()
        .filter(engine -> engine.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(name + ": none (expected: one of its own)"));
  }

  /// Every way from one party to another.
  List<TcpProxy> links() {
    return routing.links();
  }

  /// The password of Redis.
  String redisPassword() throws IOException {
    return Files.readString(folder.secrets().resolve("redis-password")).strip();
  }

  /// Stops everything in good order; data and logs stay.
  @Override
  public void close() {
    try {
      supervisor.close();
    } finally {
      routing.close();
    }
  }
}
