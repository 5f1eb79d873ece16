package dev.carillon.bench.carillon;

import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.load.SignIns;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.installation.Installation;
import dev.carillon.local.OwnInstallation;
import dev.carillon.local.supervisor.InstallationPlan;
import dev.carillon.runtime.service.Services;
import dev.carillon.wire.Loop;
import dev.carillon.wire.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// An installation of Carillon's own for the measurement.
public final class CarillonSystem implements MeasuredSystem {
  /// Its name in results.
  public static final String NAME = "carillon";

  /// The name of the one process that holds every service, when they are not processes each.
  public static final String TOGETHER = "services";

  private final OwnInstallation installation;
  private final boolean together;
  private final Loop loop;
  private final int textLength;

  private CarillonSystem(
      OwnInstallation installation, boolean together, Loop loop, int textLength) {
    this.installation = installation;
    this.together = together;
    this.loop = loop;
    this.textLength = textLength;
  }

  /// Starts it on an empty folder and returns when it is ready.
  ///
  /// @param steps receives a line for people after each step
  public static CarillonSystem start(
      InstallationPlan plan, Loop loop, int textLength, Consumer<String> steps) throws IOException {
    plan.folder().delete();
    OwnInstallation installation = OwnInstallation.start(plan, steps);
    return new CarillonSystem(installation, !plan.processes(), loop, textLength);
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
    if (together) {
      processes.put(TOGETHER, List.of(now.services().getFirst().pid()));
    } else {
      for (Installation.Service service : now.services().reversed()) {
        processes.computeIfAbsent(service.service(), name -> new ArrayList<>()).add(service.pid());
      }
    }
    now.engines().reversed().forEach(engine -> processes.put(engine.name(), List.of(engine.pid())));
    return processes;
  }

  /// `host:port` of the first instance of a service.
  public String address(String service) {
    return installation.instances(service).getFirst().address();
  }

  /// Those of its processes that are called so, or the one that holds them.
  public Map<String, List<Long>> processes(String... groups) {
    Map<String, List<Long>> some = processes();
    List<String> wanted = new ArrayList<>(List.of(groups));
    wanted.add(TOGETHER);
    some.keySet().retainAll(wanted);
    return some;
  }

  /// `host:port` of the admin port of every instance of a service.
  public List<String> admins(String service) {
    return installation.instances(service).stream().map(Installation.Service::admin).toList();
  }

  /// Whether every gateway lets devices in.
  public boolean hasAllGateways() {
    return gateways().stream().allMatch(CarillonSystem::accepts);
  }

  private static boolean accepts(InetSocketAddress address) {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  /// `host:port` of the database.
  public String databaseAddress() {
    return installation.now().engines().stream()
        .filter(engine -> engine.name().equals("mariadb"))
        .findFirst()
        .orElseThrow()
        .address();
  }

  /// The password of the services' account in the database.
  public String databasePassword() {
    try {
      return Files.readString(installation.folder().secrets().resolve("mariadb-password")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the database's password", e);
    }
  }

  @Override
  public boolean isJava(String group) {
    return group.equals(TOGETHER) || Services.onClassPath().find(group).isPresent();
  }

  @Override
  public Gathering gather(int devices, Shape shape) throws InterruptedException {
    return gather(devices, shape, Reconnects.never());
  }

  /// As [#gather(int, Shape)], for devices that come back when they lose their gateway; a pair is
  /// spread over two gateways.
  public Gathering gather(int devices, Shape shape, Reconnects reconnects)
      throws InterruptedException {
    boolean group = shape == Shape.GROUP;
    Fleet fleet = fleet(group ? Target.group(0, devices) : Target.pairs(devices), reconnects);
    SignIns.Result result = fleet.signIn();
    if (group) {
      fleet.createGroup();
    }
    return new Gathering(fleet, result);
  }

  /// Pairs of devices that can be paused.
  public PausableDevices gatherPausable(int devices, Reconnects reconnects)
      throws InterruptedException {
    Fleet fleet = fleet(Target.pairs(devices), reconnects);
    fleet.signIn();
    return fleet;
  }

  private Fleet fleet(List<Target> targets, Reconnects reconnects) {
    FleetContext context =
        new FleetContext(loop, gateways(), targets.size(), textLength, reconnects);
    return new Fleet(context, tokenKeys(), targets);
  }

  /// By further generator JVMs, one for each gateway, when this one may not open as many files.
  @Override
  public Idlers idle(int devices) throws InterruptedException {
    return devices <= ProcFiles.ofThisMachine().connectionsOfAProcess()
        ? MeasuredSystem.super.idle(devices)
        : IdleProcesses.start(gateways(), tokenKeys(), devices);
  }

  private Path tokenKeys() {
    return Path.of(installation.now().tokenKeyFile());
  }

  private List<InetSocketAddress> gateways() {
    return installation.now().endpoints().stream().map(Transport::address).toList();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    installation.close();
  }
}
