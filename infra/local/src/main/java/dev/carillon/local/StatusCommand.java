package dev.carillon.local;

import com.google.gson.JsonObject;
import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import dev.carillon.installation.Installation;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.local.supervisor.Readiness;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
    boolean held = folder.holder().isPresent();
    Installation installation =
        Installation.read(folder.root())
            .filter(read -> held)
            .orElseThrow(() ->
                new CommandFailure(
                    ExitCodes.UNREACHABLE,
                    held
                        ? "the installation in " + folder.root() + " is starting or stopping"
                        : "no installation runs in "
                            + folder.root()
                            + " (start one: carillon up)"));
    Map<Installation.Service, Readiness> services = new LinkedHashMap<>();
    installation.services().forEach(service -> services.put(service, readiness(service)));
    print(objects(installation, services), lines(installation, services));
    return ExitCodes.OK;
  }

  private List<Object> objects(
      Installation installation, Map<Installation.Service, Readiness> services) {
    List<Object> objects = new ArrayList<>();
    objects.add(
        new InstallationLine(
            "installation",
            "running",
            installation.pid(),
            installation.version(),
            installation.startedAt(),
            folder().root().toString(),
            installation.endpoints()));
    services.forEach((service, readiness) -> {
      JsonObject line = JSON.toJsonTree(service).getAsJsonObject();
      line.addProperty("kind", "service");
      line.addProperty("ready", readiness.ready());
      line.add("reasons", JSON.toJsonTree(new TreeMap<>(readiness.reasons())));
      line.add("degraded", JSON.toJsonTree(new TreeMap<>(readiness.degraded())));
      objects.add(line);
    });
    for (Installation.Engine engine : installation.engines()) {
      objects.add(
          new EngineLine("engine", engine.name(), engine.address(), engine.pid(), isAlive(engine)));
    }
    return objects;
  }

  private List<String> lines(
      Installation installation, Map<Installation.Service, Readiness> services) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "Carillon %s runs in %s since %s (process %d)"
            .formatted(
                installation.version(),
                folder().root(),
                installation.startedAt(),
                installation.pid()));
    lines.add("");
    lines.add(ROW.formatted("SERVICE", "INSTANCE", "GRPC", "DEVICES", "PROCESS", "STATE"));
    services.forEach((service, readiness) ->
        lines.add(
            ROW.formatted(
                service.service(),
                service.instance(),
                service.address(),
                Objects.requireNonNullElse(service.client(), ""),
                service.pid(),
                words(readiness))));
    for (Installation.Engine engine : installation.engines()) {
      String state = isAlive(engine) ? "runs" : "NOT RUNNING";
      lines.add(ROW.formatted(engine.name(), "", engine.address(), "", engine.pid(), state));
    }
    return lines;
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

  private static boolean isAlive(Installation.Engine engine) {
    return ProcessHandle.of(engine.pid()).filter(ProcessHandle::isAlive).isPresent();
  }
}
