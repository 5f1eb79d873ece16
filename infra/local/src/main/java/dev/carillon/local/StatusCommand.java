package dev.carillon.local;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.carillon.installation.CommandFailure;
import dev.carillon.installation.ExitCodes;
import dev.carillon.installation.Installation;
import dev.carillon.installation.InstallationFolder;
import dev.carillon.local.supervisor.Readiness;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `carillon status`: lists instances and engines with address, process and readiness.
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = {
      "List services, instances, addresses, process ids, readiness and engines.",
      "Exit code 3 when no installation runs; what is not ready is in the list."
    })
final class StatusCommand implements Callable<Integer> {
  private static final Gson JSON =
      new GsonBuilder()
          .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
          .create();
  private static final String ROW = "%-11s %-24s %-22s %-22s %8s  %s";

  @Spec CommandSpec spec = CommandSpec.create();
  @Mixin FolderOptions options = new FolderOptions();

  @Override
  public Integer call() throws IOException {
    InstallationFolder folder = options.folder();
    OptionalLong holder = folder.holder();
    Optional<Installation> installation = Installation.read(folder.root());
    if (holder.isEmpty() || installation.isEmpty()) {
      throw new CommandFailure(
          ExitCodes.UNREACHABLE,
          holder.isEmpty()
              ? "no installation runs in " + folder.root() + " (start one: carillon up)"
              : "the installation in " + folder.root() + " is starting or stopping");
    }
    PrintWriter out = spec.commandLine().getOut();
    if (options.json) {
      json(folder, installation.get(), out);
    } else {
      text(folder, installation.get(), out);
    }
    out.flush();
    return ExitCodes.OK;
  }

  private static void json(InstallationFolder folder, Installation installation, PrintWriter out) {
    JsonObject whole = new JsonObject();
    whole.addProperty("kind", "installation");
    whole.addProperty("state", "running");
    whole.addProperty("pid", installation.pid());
    whole.addProperty("version", installation.version());
    whole.addProperty("started_at", installation.startedAt());
    whole.addProperty("data", folder.root().toString());
    JsonArray endpoints = new JsonArray();
    installation.endpoints().forEach(endpoints::add);
    whole.add("endpoints", endpoints);
    out.println(whole);
    installation.services().forEach(service -> out.println(json(service)));
    installation.engines().forEach(engine -> out.println(json(engine)));
  }

  private static JsonObject json(Installation.Service service) {
    Readiness readiness = readiness(service);
    JsonObject line = JSON.toJsonTree(service).getAsJsonObject();
    line.addProperty("kind", "service");
    line.addProperty("ready", readiness.ready());
    line.add("reasons", JSON.toJsonTree(new TreeMap<>(readiness.reasons())));
    line.add("degraded", JSON.toJsonTree(new TreeMap<>(readiness.degraded())));
    return line;
  }

  private static JsonObject json(Installation.Engine engine) {
    JsonObject line = new JsonObject();
    line.addProperty("kind", "engine");
    line.addProperty("engine", engine.name());
    line.addProperty("address", engine.address());
    line.addProperty("pid", engine.pid());
    line.addProperty("ready", isAlive(engine));
    return line;
  }

  private static void text(InstallationFolder folder, Installation installation, PrintWriter out) {
    out.printf(
        "Carillon %s runs in %s since %s (process %d)%n%n",
        installation.version(), folder.root(), installation.startedAt(), installation.pid());
    out.printf(ROW + "%n", "SERVICE", "INSTANCE", "GRPC", "DEVICES", "PROCESS", "STATE");
    for (Installation.Service service : installation.services()) {
      String client = service.client() == null ? "" : service.client();
      out.printf(
          ROW + "%n",
          service.service(),
          service.instance(),
          service.address(),
          client,
          service.pid(),
          words(readiness(service)));
    }
    for (Installation.Engine engine : installation.engines()) {
      String state = isAlive(engine) ? "runs" : "NOT RUNNING";
      out.printf(ROW + "%n", engine.name(), "", engine.address(), "", engine.pid(), state);
    }
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
