package dev.carillon.bench.scenario;

import dev.carillon.bench.carillon.CarillonSystem;
import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.measurement.Results;
import dev.carillon.bench.peer.Peer;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.local.supervisor.InstallationPlan;
import dev.carillon.runtime.lifecycle.Closer;
import dev.carillon.wire.Loop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Starts what is to be measured, runs scenarios, and stops everything.
public final class Bench implements AutoCloseable {
  /// All scenarios, in the order in which `bench all` runs them. Memory first: what other scenarios
  /// leave behind would be in it.
  public static final List<Scenario> SCENARIOS =
      List.of(
          IdleScenario.SCENARIO,
          SignInScenario.SCENARIO,
          TalkScenario.CHAT,
          TalkScenario.GROUP,
          SyncScenario.SCENARIO,
          FreezeScenario.SCENARIO,
          SequenceScenario.SCENARIO,
          StoreScenario.SCENARIO,
          HistoryScenario.SCENARIO,
          StormScenario.SCENARIO);

  private final Path root;
  private final List<Peer> peers;
  private final boolean profile;
  private final Results results;
  private final Closer all = new Closer();
  private final Loop loop = all.add(Loop.start());
  private final List<MeasuredSystem> others = new ArrayList<>();

  /// A scenario to run.
  ///
  /// @param installation Carillon's, which is started for it: what a scenario left behind would be
  ///   in the figures of the next
  public record Step(Scenario scenario, Plan plan, InstallationPlan installation) {
    private boolean isForPeers() {
      return scenario.has(Scenario.Trait.FOR_PEERS);
    }
  }

  /// @param root where installations live
  /// @param peers what is measured beside Carillon
  /// @param profile whether Carillon's services are profiled
  public Bench(Path root, List<Peer> peers, boolean profile, Results results) {
    this.root = root;
    this.peers = peers;
    this.profile = profile;
    this.results = results;
  }

  /// Runs scenarios one after the other. One that fails does not keep the others from running.
  ///
  /// @return whether all could be run and every promise was kept, but for those of peers
  public boolean run(List<Step> steps) throws Exception {
    List<Step> shared = steps.stream().filter(Step::isForPeers).toList();
    List<String> failed = new ArrayList<>();
    for (Peer peer : shared.isEmpty() ? List.<Peer>of() : peers) {
      int users = shared.stream().mapToInt(step -> step.plan().users()).max().orElse(0);
      attempt(
          peer.name(),
          failed,
          () -> others.add(all.add(start(peer, users, shared.getFirst().plan()))));
    }
    for (Step step : steps) {
      String name = step.scenario().name();
      attempt(name, failed, () -> run(step));
      results.finish(name);
    }
    failed.addAll(results.notKept(peers.stream().map(Peer::name).toList()));
    failed.forEach(text -> results.say("FAILED: " + text));
    return failed.isEmpty();
  }

  private static void attempt(String name, List<String> failed, Context.Observed work)
      throws InterruptedException {
    try {
      work.run();
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      failed.add(name + ": " + e.getMessage());
    }
  }

  private MeasuredSystem start(Peer peer, int users, Plan plan) throws IOException {
    InstallationFolder folder = new InstallationFolder(root.resolve(peer.name()));
    folder.delete();
    Files.createDirectories(folder.root());
    results.say((peer.name() + " " + peer.version()).strip() + ": " + peer.durability());
    int textLength = plan.options().textLength();
    return peer.start(new Peer.Start(folder.root(), users, loop, textLength, results::step));
  }

  private void run(Step step) throws Exception {
    int textLength = step.plan().options().textLength();
    try (CarillonSystem carillon =
        CarillonSystem.start(step.installation(), loop, textLength, results::step)) {
      List<MeasuredSystem> systems = new ArrayList<>();
      systems.add(carillon);
      if (step.isForPeers()) {
        systems.addAll(others);
      }
      String name = step.scenario().name();
      step.scenario().work().run(new Context(name, step.plan(), systems, loop, results, profile));
    }
  }

  /// Stops everything, even if something fails to stop.
  @Override
  public void close() {
    all.close();
  }
}
