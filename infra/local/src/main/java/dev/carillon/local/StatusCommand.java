package dev.carillon.local;

import com.google.gson.JsonObject;
import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import dev.carillon.installation.Installation;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.local.supervisor.Readiness;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import picocli.CommandLine.Command;

/// `carillon status`: lists instances and engines with address, process and readiness.
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "List services, instances, addresses, process ids, readiness and engines.",
      "Exit code 3 when no installation runs; what is not ready is in the list."
    })
final class StatusCommand extends InstallationCommand {
  private static final String ROW = "%-11s %-24s %-22s %-22s %8s  %s";

  /// The installation, for programs.
  private record InstallationLine(
      String kind,
      String state,
      long pid,
      String version,
      String startedAt,
      String data,
      List<String> endpoints) {}

  /// An engine, for programs.
  private record EngineLine(String kind, String engine, String address, long pid, boolean ready) {}

  @Override
  public Integer call() {
    InstallationFolder folder = folder();
    if (folder.holder().isPresent() && Installation.read(folder.root()).isEmpty()) {
      throw new CommandFailure(
          ExitCodes.UNREACHABLE,
          "the installation in " + folder.root() + " is starting or stopping");
    }
    Installation installation = folder.running();
    List<Object> objects = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    add(installation, objects, lines);
    installation.services().forEach(service -> add(service, objects, lines));
    installation.engines().forEach(engine -> add(engine, objects, lines));
    print(objects, lines);
    return ExitCodes.OK;
  }

  private void add(Installation whole, List<Object> objects, List<String> lines) {
    String root = folder().root().toString();
    objects.add(
        new InstallationLine(
            "installation",
            "running",
            whole.pid(),
            whole.version(),
            whole.startedAt(),
            root,
            whole.endpoints()));
    lines.add(
        "Carillon %s runs in %s since %s (process %d)"
            .formatted(whole.version(), root, whole.startedAt(), whole.pid()));
    lines.add("");
    lines.add(ROW.formatted("SERVICE", "INSTANCE", "GRPC", "DEVICES", "PROCESS", "STATE"));
  }

  private static void add(Installation.Service service, List<Object> objects, List<String> lines) {
    Readiness readiness = readiness(service);
    JsonObject line = JSON.toJsonTree(service).getAsJsonObject();
    line.addProperty("kind", "service");
    line.addProperty("ready", readiness.ready());
    line.add("reasons", JSON.toJsonTree(new TreeMap<>(readiness.reasons())));
    line.add("degraded", JSON.toJsonTree(new TreeMap<>(readiness.degraded())));
    objects.add(line);
    lines.add(
        ROW.formatted(
            service.service(),
            service.instance(),
            service.address(),
            Objects.requireNonNullElse(service.client(), ""),
            service.pid(),
            words(readiness)));
  }

  private static void add(Installation.Engine engine, List<Object> objects, List<String> lines) {
    boolean runs = ProcessHandle.of(engine.pid()).filter(ProcessHandle::isAlive).isPresent();
    objects.add(new EngineLine("engine", engine.name(), engine.address(), engine.pid(), runs));
    String state = runs ? "runs" : "NOT RUNNING";
    lines.add(ROW.formatted(engine.name(), "", engine.address(), "", engine.pid(), state));
  }

  private static String words(Readiness readiness) {
    if (!readiness.ready()) {
      return "NOT READY: " + new TreeMap<>(readiness.reasons());
    }
    return readiness.degraded().isEmpty()
        ? "ready"
        : "ready, without " + new TreeMap<>(readiness.degraded());
  }

  /// An instance that is being started again has no address yet.
  private static Readiness readiness(Installation.Service service) {
    return service.admin().isEmpty()
        ? new Readiness(false, Map.of("start", "starting"), Map.of())
        : Readiness.ask(service.admin());
  }
}
