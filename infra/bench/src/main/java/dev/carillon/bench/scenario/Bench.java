package dev.carillon.bench.scenario;

import dev.carillon.bench.carillon.CarillonSystem;
import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.measurement.Results;
import dev.carillon.bench.peer.Peer;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.local.supervisor.InstallationPlan;
import dev.carillon.wire.Loop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// Starts what is to be measured, runs scenarios, and stops everything.
///
/// @param root where installations live
/// @param peers what is measured beside Carillon
/// @param profile whether Carillon's services are profiled
public record Bench(Path root, List<Peer> peers, boolean profile, Results results) {
  /// A scenario to run.
  ///
  /// @param installation Carillon's; steps with equal ones share it
  public record Step(Scenario scenario, Plan plan, InstallationPlan installation) {}

  /// Runs scenarios one after the other. One that fails does not keep the others from running.
  ///
  /// @return whether all could be run and every promise was kept, but for those of peers
  public boolean run(List<Step> steps) throws Exception {
    boolean complete = true;
    try (Running running = new Running(this, steps)) {
      for (Step step : steps) {
        String name = step.scenario().name();
        try {
          running.run(step);
        } catch (IOException | ExecutionException | RuntimeException e) {
          results.say(name + " FAILED: " + e);
          complete = false;
        }
        results.finish(name);
      }
    }
    return complete && results.isKept(peers.stream().map(Peer::name).toList());
  }

  /// The systems that run; all are stopped at the end, even if one fails to stop.
  private static final class Running implements AutoCloseable {
    private final Bench bench;
    private final int textLength;
    private final List<AutoCloseable> all = new ArrayList<>();
    private final Loop loop = Loop.start();
    private final List<MeasuredSystem> peers = new ArrayList<>();
    private @Nullable CarillonSystem carillon;
    private @Nullable InstallationPlan installation;

    Running(Bench bench, List<Step> steps) throws Exception {
      this.bench = bench;
      this.textLength = steps.getFirst().plan().options().textLength();
      int users =
          steps.stream()
              .filter(step -> step.scenario().has(Scenario.Trait.FOR_PEERS))
              .mapToInt(step -> step.plan().users())
              .max()
              .orElse(0);
      all.add(loop);
      try {
        for (Peer peer : users == 0 ? List.<Peer>of() : bench.peers) {
          MeasuredSystem system = start(peer, users);
          all.add(system);
          peers.add(system);
        }
      } catch (IOException | RuntimeException e) {
        close();
        throw e;
      }
    }

    private MeasuredSystem start(Peer peer, int users) throws IOException {
      InstallationFolder folder = new InstallationFolder(bench.root.resolve(peer.name()));
      folder.delete();
      Files.createDirectories(folder.root());
      bench.results.say((peer.name() + " " + peer.version()).strip() + ": " + peer.durability());
      return peer.start(
          new Peer.Start(folder.root(), users, loop, textLength, bench.results::step));
    }

    void run(Step step) throws Exception {
      List<MeasuredSystem> systems = new ArrayList<>();
      systems.add(carillon(step.installation()));
      if (step.scenario().has(Scenario.Trait.FOR_PEERS)) {
        systems.addAll(peers);
      }
      String name = step.scenario().name();
      step.scenario()
          .work()
          .run(new Context(name, step.plan(), systems, loop, bench.results, bench.profile));
    }

    private CarillonSystem carillon(InstallationPlan wanted) throws Exception {
      CarillonSystem running = carillon;
      if (running != null && wanted.equals(installation)) {
        return running;
      }
      carillon = null;
      if (running != null) {
        all.remove(running);
        running.close();
      }
      CarillonSystem started = CarillonSystem.start(wanted, loop, textLength, bench.results::step);
      all.add(started);
      carillon = started;
      installation = wanted;
      return started;
    }

    @Override
    public void close() throws Exception {
      @Nullable Exception failure = null;
      for (AutoCloseable one : all.reversed()) {
        try {
          one.close();
        } catch (Exception e) {
          failure = e;
        }
      }
      if (failure != null) {
        throw failure;
      }
    }
  }
}
