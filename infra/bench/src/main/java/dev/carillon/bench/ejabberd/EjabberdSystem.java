package dev.carillon.bench.ejabberd;

import dev.carillon.bench.load.MeasuredSystem;
import dev.carillon.bench.load.RunTracker;
import dev.carillon.bench.load.SignIns;
import dev.carillon.wire.Loop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// A running ejabberd.
public final class EjabberdSystem implements MeasuredSystem {
  private static final int SIGNING_IN_AT_ONCE = 64;

  private final EjabberdServer server;
  private final Loop loop;
  private final int textLength;
  private int rooms;

  private EjabberdSystem(EjabberdServer server, Loop loop, int textLength) {
    this.server = server;
    this.loop = loop;
    this.textLength = textLength;
  }

  /// Starts it and its MariaDB on an empty folder and returns when it accepts connections.
  ///
  /// @param users how many users it knows
  public static EjabberdSystem start(
      Path folder, int users, Loop loop, int textLength, Consumer<String> steps)
      throws IOException {
    return new EjabberdSystem(EjabberdServer.start(folder, users, steps), loop, textLength);
  }

  @Override
  public String name() {
    return "ejabberd";
  }

  @Override
  public Map<String, List<Long>> processes() {
    Map<String, List<Long>> processes = new LinkedHashMap<>();
    processes.put("ejabberd", List.of(server.pid()));
    processes.put("mariadb", List.of(server.databasePid()));
    return processes;
  }

  @Override
  public boolean isJava(String group) {
    return false;
  }

  @Override
  public Gathering gather(int devices, Shape shape) throws InterruptedException {
    boolean group = shape == Shape.GROUP;
    String room = group ? "room" + ++rooms + "@conference.localhost" : "";
    RunTracker.Terms terms = new RunTracker.Terms(group ? devices : 1, devices, false);
    SignIns signIns = new SignIns(devices, SIGNING_IN_AT_ONCE);
    XmppDevices clients = new XmppDevices(terms, room, textLength, signIns);
    List<XmppDevice> all = new ArrayList<>();
    for (int i = 0; i < devices; i++) {
      all.add(new XmppDevice(i, Stanzas.user(i), room, clients));
    }
    clients.take(all);
    for (XmppDevice device : all) {
      signIns.begin(device.index());
      loop.connect(server.address(), device);
    }
    return new Gathering(clients, signIns.await());
  }

  @Override
  public void close() {
    server.close();
  }
}
