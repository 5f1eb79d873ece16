package dev.carillon.bench.carillon;

import dev.carillon.bench.carillon.CarillonDevice.Target;
import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.bench.rpc.Database;
import dev.carillon.client.CarillonClient;
import dev.carillon.client.ConversationId;
import dev.carillon.installation.Installation;
import dev.carillon.installation.LocalTokens;
import dev.carillon.local.OwnInstallation;
import dev.carillon.local.supervisor.InstallationPlan;
import dev.carillon.wire.Loop;
import dev.carillon.wire.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;

/// An installation of Carillon's own for the measurement.
public final class CarillonSystem implements MeasuredSystem {
  /// Its name in results.
  public static final String NAME = "carillon";

  /// The name of the one process that holds every service, when they are not processes each.
  public static final String TOGETHER = "services";

  private static final int USERS_OF_A_CREATION = 2_000;
  private static final int USERS_OF_AN_ADDITION = 500;
  private static final Duration OWNER_LIFETIME = Duration.ofHours(1);

  private final OwnInstallation installation;
  private final Loop loop;
  private final int textLength;

  private CarillonSystem(OwnInstallation installation, Loop loop, int textLength) {
    this.installation = installation;
    this.loop = loop;
    this.textLength = textLength;
  }

  /// Starts it on an empty folder and returns when it is ready.
  ///
  /// @param steps receives a line for people after each step
  public static CarillonSystem start(
      InstallationPlan plan, Loop loop, int textLength, Consumer<String> steps) throws IOException {
    plan.folder().delete();
    return new CarillonSystem(OwnInstallation.start(plan, steps), loop, textLength);
  }

  @Override
  public String name() {
    return NAME;
  }

  /// The installation itself.
  public OwnInstallation installation() {
    return installation;
  }

  @Override
  public Map<String, List<Long>> processes() {
    Installation now = installation.now();
    Map<String, List<Long>> processes = new LinkedHashMap<>();
    for (Installation.Service service : now.services().reversed()) {
      if (service.pid() == now.pid()) {
        processes.put(TOGETHER, List.of(now.pid()));
      } else {
        processes.computeIfAbsent(service.service(), name -> new ArrayList<>()).add(service.pid());
      }
    }
    now.engines().reversed().forEach(engine -> processes.put(engine.name(), List.of(engine.pid())));
    return processes;
  }

  /// Those of its processes that are called so, or the one that holds them.
  public Map<String, List<Long>> processes(String... groups) {
    Map<String, List<Long>> some = processes();
    some.keySet().removeIf(name -> !name.equals(TOGETHER) && !List.of(groups).contains(name));
    return some;
  }

  /// Whether every gateway lets devices in.
  public boolean hasAllGateways() {
    return gateways().stream().allMatch(MeasuredSystem::accepts);
  }

  /// The database of the services.
  public Database database() {
    try {
      String password =
          Files.readString(installation.folder().secrets().resolve("mariadb-password")).strip();
      return installation.now().engines().stream()
          .filter(engine -> engine.name().equals("mariadb"))
          .map(engine -> new Database(engine.address(), password))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the database's password", e);
    }
  }

  @Override
  public Fleet gather(int devices, Shape shape) throws InterruptedException {
    return gather(devices, shape, Reconnects.never());
  }

  /// As [#gather(int, Shape)], for devices that may come back when they lose their gateway; a pair
  /// is spread over two gateways.
  public Fleet gather(int devices, Shape shape, Reconnects reconnects) throws InterruptedException {
    List<Target> targets = shape == Shape.GROUP ? Target.group(0, devices) : Target.pairs(devices);
    FleetContext context = new FleetContext(loop, gateways(), devices, textLength, reconnects);
    LocalTokens tokens = LocalTokens.of(installation.now());
    Fleet fleet = new Fleet(context, tokens, targets);
    try {
      fleet.signIn();
      if (shape == Shape.GROUP) {
        createGroup(targets, tokens);
      }
      return fleet;
    } catch (InterruptedException | RuntimeException e) {
      // Signed-in devices would be in the way of the next scenario.
      fleet.close();
      throw e;
    }
  }

  /// Has the first user create the group that all are in, with the SDK, and returns when they are.
  private void createGroup(List<Target> targets, LocalTokens tokens) throws InterruptedException {
    List<String> users = targets.stream().map(Target::user).toList();
    ConversationId group = ConversationId.of(targets.getFirst().conversation().toByteArray());
    int first = Math.min(users.size(), USERS_OF_A_CREATION);
    try (CarillonClient owner =
        CarillonClient.builder()
            .endpoints(installation.now().endpoints())
            .token(tokens.sign(users.getFirst(), OWNER_LIFETIME))
            .deviceId("owner")
            .sendOnly()
            .open()) {
      owner.createGroup(group, "bench", users.subList(1, first), false).get();
      for (int from = first; from < users.size(); from += USERS_OF_AN_ADDITION) {
        int end = Math.min(users.size(), from + USERS_OF_AN_ADDITION);
        owner.addMembers(group, users.subList(from, end)).get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("the group could not be created", e);
    }
  }

  /// By further generator JVMs, one for each gateway, when this one may not open as many files.
  @Override
  public OnlineDevices idle(int devices) throws InterruptedException {
    return devices <= ProcFiles.connectionsOfAProcess()
        ? MeasuredSystem.super.idle(devices)
        : IdleProcesses.start(gateways(), installation.now().tokenKeyFile(), devices);
  }

  private List<InetSocketAddress> gateways() {
    return installation.now().endpoints().stream().map(Transport::address).toList();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    installation.close();
  }
}
