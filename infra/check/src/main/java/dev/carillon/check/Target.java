package dev.carillon.check;

import dev.carillon.check.fault.Clients;
import dev.carillon.check.fault.FaultEvent;
import dev.carillon.check.fault.FaultKind;
import dev.carillon.check.fault.Nemesis;
import dev.carillon.check.fault.TestInstallation;
import dev.carillon.check.workload.Endpoints;
import dev.carillon.cli.Installation;
import dev.carillon.local.OwnInstallation;
import dev.carillon.local.supervisor.InstallationFolder;
import dev.carillon.local.supervisor.InstallationPlan;
import dev.carillon.local.supervisor.InstanceCounts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/// The installation that a run is about: somebody's own, one of the run's own that stays whole, or
/// one of the run's own that can be broken.
sealed interface Target extends AutoCloseable {
  /// Where devices reach the gateways.
  Endpoints endpoints();

  /// The keys that sign tokens.
  Path tokenKeys();

  /// Begins to break it.
  ///
  /// @return what heals everything and returns when all is ready again
  Runnable breakIt(Clients clients, Set<FaultKind> kinds, long seed, Consumer<FaultEvent> log);

  @Override
  void close() throws Exception;

  /// Starts an installation for a run; returns when it is ready.
  ///
  /// @param folder a new one
  static Target start(Path folder, Set<FaultKind> kinds, Consumer<String> steps) throws Exception {
    if (kinds.isEmpty()) {
      InstallationPlan plan =
          new InstallationPlan(
              new InstallationFolder(folder), false, InstanceCounts.ONE_EACH, true);
      return new Whole(OwnInstallation.start(plan, steps));
    }
    return new Breakable(TestInstallation.start(folder, Map.of(), steps));
  }

  /// Somebody's own, which is not broken.
  record Given(Endpoints endpoints, Path tokenKeys) implements Target {
    @Override
    public Runnable breakIt(
        Clients clients, Set<FaultKind> kinds, long seed, Consumer<FaultEvent> log) {
      return () -> {};
    }

    @Override
    public void close() {
      // It was there before.
    }
  }

  /// An installation in one process, without faults.
  record Whole(OwnInstallation installation) implements Target {
    @Override
    public Endpoints endpoints() {
      Installation now = installation.now();
      return new Endpoints(
          now.endpoints(),
          now.services().stream()
              .map(Installation.Service::clientGrpc)
              .filter(Objects::nonNull)
              .toList());
    }

    @Override
    public Path tokenKeys() {
      return Path.of(installation.now().tokenKeyFile());
    }

    @Override
    public Runnable breakIt(
        Clients clients, Set<FaultKind> kinds, long seed, Consumer<FaultEvent> log) {
      return () -> {};
    }

    @Override
    public void close() throws IOException, InterruptedException {
      installation.close();
    }
  }

  /// Two instances of every service, each a process.
  record Breakable(TestInstallation installation) implements Target {
    @Override
    public Endpoints endpoints() {
      return new Endpoints(installation.endpoints(), installation.grpcEndpoints());
    }

    @Override
    public Path tokenKeys() {
      return installation.tokenKeyFile();
    }

    @Override
    public Runnable breakIt(
        Clients clients, Set<FaultKind> kinds, long seed, Consumer<FaultEvent> log) {
      Nemesis nemesis = new Nemesis(installation, clients, kinds, seed, log);
      nemesis.start();
      return nemesis::stop;
    }

    @Override
    public void close() throws Exception {
      installation.close();
    }
  }
}
