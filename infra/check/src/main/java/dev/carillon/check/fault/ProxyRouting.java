package dev.carillon.check.fault;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.engines.Ports;
import dev.carillon.local.supervisor.InstanceSlot;
import dev.carillon.local.supervisor.Routing;
import dev.carillon.runtime.service.Services;
import dev.carillon.runtime.settings.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Puts a proxy between any two parties: between every instance and each engine it uses, before the
/// gRPC port of every instance, and before both client ports of every gateway. An instance that is
/// started again finds the proxies of its instance slot.
final class ProxyRouting implements Routing, AutoCloseable {
  private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d+)");
  private static final String CLIENTS = "clients > ";
  private static final String GRPC_CLIENTS = "clients by gRPC > ";
  private static final Map<String, String> ENGINES =
      Map.of(
          "mysql", "CARILLON_MYSQL_URL",
          "redis", "CARILLON_REDIS_ADDRESS",
          "etcd", "CARILLON_ETCD_ENDPOINTS");

  private final Services services = Services.onClassPath();
  private final long seed;
  private final Map<String, TcpProxy> links = new TreeMap<>();
  private final Map<InstanceSlot, Integer> grpcPorts = new HashMap<>();

  ProxyRouting(long seed) {
    this.seed = seed;
  }

  @Override
  public synchronized Map<String, String> rerouted(
      InstanceSlot slot, Map<String, String> environment) {
    Map<String, String> rerouted = new TreeMap<>(environment);
    Map<String, String> known = services.known(slot.service(), environment);
    ENGINES.forEach((engine, setting) -> {
      String direct = known.getOrDefault(setting, "");
      Matcher port = PORT.matcher(direct);
      if (port.find()) {
        TcpProxy link = link(slot + " > " + engine, Integer.parseInt(port.group(1)));
        rerouted.put(setting, port.replaceFirst(link.address()));
      }
    });
    int grpcPort = grpcPorts.computeIfAbsent(slot, any -> Ports.free());
    rerouted.put(slot.setting("GRPC_LISTEN"), "127.0.0.1:" + grpcPort);
    rerouted.put(slot.setting("GRPC_ADVERTISE"), link("services > " + slot, grpcPort).address());
    if (slot.service().equals(ConnectionConfig.SERVICE)) {
      link(CLIENTS + slot, port(environment, slot.setting("CLIENT_LISTEN")));
      link(GRPC_CLIENTS + slot, port(environment, slot.setting("CLIENT_GRPC_LISTEN")));
    }
    return rerouted;
  }

  /// Where clients reach the gateways by WebSocket, in the order of their instance slots.
  List<String> endpoints() {
    return addresses(CLIENTS);
  }

  /// Where clients reach the gateways by gRPC, in the order of their instance slots.
  List<String> grpcEndpoints() {
    return addresses(GRPC_CLIENTS);
  }

  private synchronized List<String> addresses(String prefix) {
    return links.values().stream()
        .filter(link -> link.name().startsWith(prefix))
        .map(TcpProxy::address)
        .toList();
  }

  /// Every link there is, in the order of their names.
  synchronized List<TcpProxy> links() {
    return List.copyOf(links.values());
  }

  private static int port(Map<String, String> environment, String setting) {
    return HostPort.parse(environment.getOrDefault(setting, "")).port();
  }

  private TcpProxy link(String name, int serverPort) {
    return links.computeIfAbsent(
        name,
        any -> {
          try {
            return TcpProxy.open(name, serverPort, seed ^ name.hashCode());
          } catch (IOException e) {
            throw new UncheckedIOException("no proxy for " + name, e);
          }
        });
  }

  @Override
  public synchronized void close() {
    links.values().forEach(TcpProxy::close);
  }
}
