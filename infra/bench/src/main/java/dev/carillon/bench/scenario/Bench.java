package dev.carillon.bench.scenario;

import dev.carillon.bench.carillon.CarillonSide;
import dev.carillon.bench.ejabberd.EjabberdSide;
import dev.carillon.bench.load.Side;
import dev.carillon.bench.net.Loop;
import dev.carillon.bench.report.Report;
import dev.carillon.local.InstallationFolder;
import dev.carillon.local.InstanceCounts;
import dev.carillon.local.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// Starts what is to be measured, measures it, and stops it.
public final class Bench {
  private final Setting setting;
  private final Report report;

  /// What is measured, and where results go.
  ///
  /// @param root where installations live
  /// @param results where files of results go
  /// @param instances how many of each service of Carillon
  /// @param peer whether the peer is measured too
  /// @param textLength how long each text is, in bytes
  /// @param json whether results are printed as JSON lines only
  /// @param profile whether Carillon's services are profiled
  public record Setting(
      Path root,
      Path results,
      InstanceCounts instances,
      boolean peer,
      int textLength,
      boolean json,
      boolean profile) {}

  /// A bench that has not begun.
  ///
  /// @param out prints a line of results
  /// @param progress prints a line that tells what is going on
  public Bench(Setting setting, Consumer<String> out, Consumer<String> progress) {
    this.setting = setting;
    this.report = new Report(setting.results(), setting.json(), out, progress);
  }

  /// Measures.
  ///
  /// @return whether every promise was kept
  public boolean run(Scenario scenario, Plans plans) throws Exception {
    try (Loop loop = Loop.start();
        Sides sides = new Sides()) {
      sides.add(carillon(loop));
      if (setting.peer()) {
        sides.add(ejabberd(loop, plans.users()));
      }
      return switch (scenario) {
        case CHAT -> talk("chat", Side.Shape.PAIRS, plans, sides.all());
        case GROUP -> talk("group", Side.Shape.GROUP, plans, sides.all());
        case IDLE -> {
          new IdleScenario(plans, report).run(sides.all());
          yield true;
        }
        case SIGNIN -> {
          new SignInScenario(plans, report).run(sides.all());
          yield true;
        }
      };
    }
  }

  private EjabberdSide ejabberd(Loop loop, int users) throws IOException {
    InstallationFolder folder = new InstallationFolder(setting.root().resolve("ejabberd"));
    folder.delete();
    Files.createDirectories(folder.root());
    return EjabberdSide.start(folder.root(), users, loop, setting.textLength(), report::step);
  }

  private CarillonSide carillon(Loop loop) throws IOException {
    InstallationFolder folder = new InstallationFolder(setting.root().resolve("carillon"));
    Plan plan = new Plan(folder, true, setting.instances(), true);
    return CarillonSide.start(plan, loop, setting.textLength(), report::step);
  }

  private boolean talk(String name, Side.Shape shape, Plans plans, List<Side> sides)
      throws InterruptedException {
    Observer observer = new Observer(name, setting.profile(), report);
    boolean kept = new Talk(name, shape, plans, report).run(sides, observer);
    report.table(name + ": memory while everybody is signed in", observer.memory());
    return kept;
  }
}
