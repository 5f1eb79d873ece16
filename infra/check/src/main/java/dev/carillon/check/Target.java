package dev.carillon.check;

import dev.carillon.check.fault.TestInstallation;
import dev.carillon.check.workload.Endpoints;
import dev.carillon.installation.Installation;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.local.OwnInstallation;
import dev.carillon.local.supervisor.InstallationPlan;
import dev.carillon.local.supervisor.InstanceCounts;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The installation that a run is about.
///
/// @param endpoints where devices reach the gateways
/// @param tokenKeys the keys that sign tokens
/// @param breakable what faults may hit; null: nothing
/// @param end stops what was started for the run
record Target(
    Endpoints endpoints, Path tokenKeys, @Nullable TestInstallation breakable, AutoCloseable end)
    implements AutoCloseable {
  /// Somebody's own, which is not broken.
  static Target given(Endpoints endpoints, Path tokenKeys) {
    return new Target(endpoints, tokenKeys, null, () -> {});
  }

  /// Starts one of the run's own in one process, which stays whole; returns when it is ready.
  ///
  /// @param folder a new one
  static Target whole(Path folder, Consumer<String> steps) throws Exception {
    OwnInstallation own =
        OwnInstallation.start(
            new InstallationPlan(
                new InstallationFolder(folder), false, InstanceCounts.ONE_EACH, true),
            steps);
    Installation now = own.now();
    return new Target(
        new Endpoints(
            now.endpoints(),
            now.services().stream()
                .map(Installation.Service::clientGrpc)
                .filter(Objects::nonNull)
                .toList()),
        Path.of(now.tokenKeyFile()),
        null,
        own);
  }

  /// Starts one of the run's own with two processes of every service; returns when it is ready.
  ///
  /// @param folder a new one
  static Target breakable(Path folder, Consumer<String> steps) throws Exception {
    TestInstallation own = TestInstallation.start(folder, Map.of(), steps);
    return new Target(
        new Endpoints(own.endpoints(), own.grpcEndpoints()), own.tokenKeyFile(), own, own);
  }

  @Override
  public void close() throws Exception {
    end.close();
  }
}
