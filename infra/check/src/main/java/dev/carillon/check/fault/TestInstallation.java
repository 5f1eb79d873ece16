package dev.carillon.check.fault;

import dev.carillon.engines.Engine;
import dev.carillon.local.InstallationFolder;
import dev.carillon.local.InstanceCounts;
import dev.carillon.local.Plan;
import dev.carillon.local.Supervisor;
import dev.carillon.local.Wiring;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/// The installation under test: two instances of every service, each a process, over engines of its
/// own, all held by this JVM and ending with it. Safe for use by several threads.
public final class TestInstallation implements AutoCloseable {
  private static final String INSTANCES = "connection=2,message=2,sequence=2,presence=2";
  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

  private final InstallationFolder folder;
  private final Supervisor supervisor;

  private TestInstallation(InstallationFolder folder, Supervisor supervisor) {
    this.folder = folder;
    this.supervisor = supervisor;
  }

  /// Starts it and returns when all is ready.
  ///
  /// @param root where it lives; what was there before is kept and used
  /// @param settings `CARILLON_…` settings that every instance gets besides
  /// @param progress is told what is done, for people; may be called by several threads
  public static TestInstallation start(
      Path root, Map<String, String> settings, Consumer<String> progress) throws Exception {
    InstallationFolder folder = new InstallationFolder(root);
    folder.create();
    Plan plan = new Plan(folder, true, InstanceCounts.parse(INSTANCES), true);
    return new TestInstallation(folder, Supervisor.start(plan, settings, Wiring.DIRECT, progress));
  }

  /// `host:port` of the gateways' client ports, in the order of their seats.
  public List<String> endpoints() {
    return supervisor.installation().endpoints();
  }

  /// The keys with which tokens are signed.
  public Path tokenKeyFile() {
    return Path.of(supervisor.installation().tokenKeyFile());
  }

  /// What the installation's processes logged.
  public Path logs() {
    return folder.logs();
  }

  /// Waits until every instance is announced and wants work.
  ///
  /// @return whether that was so in time
  public boolean awaitReady(Duration limit) {
    long begin = System.nanoTime();
    while (!supervisor.allReady()) {
      if (System.nanoTime() - begin > limit.toNanos()) {
        return false;
      }
      LockSupport.parkNanos(POLL_INTERVAL.toNanos());
    }
    return true;
  }

  List<Engine> engines() {
    return supervisor.engines();
  }

  Supervisor supervisor() {
    return supervisor;
  }

  /// Stops everything in good order; data and logs stay.
  @Override
  public void close() {
    supervisor.close();
  }
}
