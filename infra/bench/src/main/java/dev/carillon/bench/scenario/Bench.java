package dev.carillon.bench.scenario;

import com.google.gson.JsonObject;
import dev.carillon.bench.carillon.CarillonSystem;
import dev.carillon.bench.ejabberd.EjabberdSystem;
import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.bench.net.Loop;
import dev.carillon.bench.net.SocketFanOut;
import dev.carillon.bench.report.Report;
import dev.carillon.local.supervisor.InstallationFolder;
import dev.carillon.local.supervisor.InstallationPlan;
import dev.carillon.report.About;
import dev.carillon.report.Numbers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/// Starts what is to be measured, measures it, and stops it.
public final class Bench {
  private static final int FLOOR_BYTES = 200;
  private static final int FLOOR_ROUNDS = 50;

  private final Setting setting;
  private final Report report;

  /// What is measured, and where results go.
  ///
  /// @param root where installations live
  /// @param results where files of results go
  /// @param plan the installation of Carillon
  /// @param peer whether the peer is measured too
  /// @param textLength how long each text is, in bytes
  /// @param json whether results are printed as JSON lines only
  /// @param profile whether Carillon's services are profiled
  public record Setting(
      Path root,
      Path results,
      InstallationPlan plan,
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
    introduce(scenario);
    try (Loop loop = Loop.start();
        Systems sides = new Systems()) {
      CarillonSystem carillon = carillon(loop);
      sides.add(carillon);
      if (setting.peer()) {
        sides.add(ejabberd(loop, plans.users()));
      }
      return run(scenario, plans, loop, sides, carillon);
    }
  }

  private boolean run(
      Scenario scenario, Plans plans, Loop loop, Systems sides, CarillonSystem carillon)
      throws Exception {
    return switch (scenario) {
      case CHAT -> talk("chat", MeasuredSystem.Shape.PAIRS, plans, sides.all());
      case GROUP -> {
        fanOut(loop, plans);
        yield talk("group", MeasuredSystem.Shape.GROUP, plans, sides.all());
      }
      case IDLE -> {
        new IdleScenario(plans, report).run(sides.all());
        yield true;
      }
      case SEQUENCE -> sequence(plans, carillon, loop);
      case STORE ->
          observed(
              "store", carillon, () -> new StoreScenario(plans, report, carillon, text()).run());
      case HISTORY ->
          observed(
              "history",
              carillon,
              () -> new HistoryScenario(plans, report, carillon, text()).run());
      case SYNC -> new SyncScenario(plans, report).run(carillon);
      case STORM -> new StormScenario(plans, report).run(carillon);
      case FREEZE -> new FreezeScenario(plans, report).run(carillon);
      case SIGNIN -> {
        new SignInScenario(plans, report).run(sides.all());
        yield true;
      }
    };
  }

  private boolean sequence(Plans plans, CarillonSystem carillon, Loop loop) throws Exception {
    DurableNumbers durable = new DurableNumbers(plans, report, setting.root(), loop);
    SequenceScenario sequence = new SequenceScenario(plans, report, carillon);
    return observed("sequence", carillon, () -> sequence.run(durable));
  }

  private void introduce(Scenario scenario) {
    Path clone = Path.of(System.getProperty("carillon.home", "."));
    About about = About.now(InstantSource.system().instant(), clone);
    String how = setting.plan().processes() ? "" : ", every service in one JVM";
    report.say("carillon bench " + scenario.title() + ", " + about + how);
    JsonObject json = about.json();
    json.addProperty("together", !setting.plan().processes());
    report.result(json);
  }

  /// One writer on this machine cannot be faster than this.
  private void fanOut(Loop loop, Plans plans) throws IOException {
    // Both ends of each are in this process.
    int sockets = Math.min(plans.users(), ProcFiles.ofThisMachine().connectionsOfAProcess() / 2);
    try (SocketFanOut floor = SocketFanOut.open(loop, sockets, FLOOR_BYTES)) {
      SocketFanOut.Cost cost = floor.run(FLOOR_ROUNDS);
      report.say(
          "Floor: one write of %d bytes to each of %d sockets takes %s ms and %s us of CPU each"
              .formatted(
                  FLOOR_BYTES,
                  sockets,
                  Numbers.text(cost.millis()),
                  Numbers.text(cost.microsOfAWrite())));
      JsonObject json = new JsonObject();
      json.addProperty("scenario", "group");
      json.addProperty("what", "socket fan-out");
      json.addProperty("sockets", sockets);
      json.addProperty("round_ms", cost.millis());
      json.addProperty("cpu_us_per_delivery", cost.microsOfAWrite());
      report.result(json);
    }
  }

  /// Something that is measured at one side.
  @FunctionalInterface
  private interface Measured {
    boolean run() throws Exception;
  }

  private boolean observed(String name, CarillonSystem side, Measured measured) throws Exception {
    Observer observer = new Observer(name, setting.profile(), report);
    observer.begin(side);
    boolean kept = measured.run();
    observer.end(side);
    return kept;
  }

  private String text() {
    return "x".repeat(setting.textLength());
  }

  private EjabberdSystem ejabberd(Loop loop, int users) throws IOException {
    InstallationFolder folder = new InstallationFolder(setting.root().resolve("ejabberd"));
    folder.delete();
    Files.createDirectories(folder.root());
    return EjabberdSystem.start(folder.root(), users, loop, setting.textLength(), report::step);
  }

  private CarillonSystem carillon(Loop loop) throws IOException {
    return CarillonSystem.start(setting.plan(), loop, setting.textLength(), report::step);
  }

  private boolean talk(
      String name, MeasuredSystem.Shape shape, Plans plans, List<MeasuredSystem> sides)
      throws InterruptedException {
    Observer observer = new Observer(name, setting.profile(), report);
    boolean kept = new Talk(name, shape, plans, report).run(sides, observer);
    report.table(name + ": memory while everybody is signed in", observer.memory());
    return kept;
  }
}
