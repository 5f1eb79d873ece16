package dev.carillon.runtime.service;

import dev.carillon.runtime.failpoints.FailPoint;
import dev.carillon.runtime.settings.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/// Several services, in an order in which each stands after those that it hands work to: an
/// installation is stopped in the reverse order. Immutable.
public final class Services {
  private static final String PREFIX = "CARILLON_";

  private final List<ServiceDescriptor<?>> inOrder;

  /// These services.
  ///
  /// @throws IllegalArgumentException when two have the same name
  public Services(Collection<? extends ServiceDescriptor<?>> services) {
    Map<String, ServiceDescriptor<?>> left = new LinkedHashMap<>();
    services.stream()
        .sorted(Comparator.comparing(ServiceDescriptor::name))
        .forEach(service -> {
          if (left.put(service.name(), service) != null) {
            throw new IllegalArgumentException(
                "service: " + service.name() + " twice (expected: a name of its own)");
          }
        });
    List<ServiceDescriptor<?>> ordered = new ArrayList<>();
    for (String name : List.copyOf(left.keySet())) {
      addWithItsReceivers(name, left, ordered);
    }
    inOrder = List.copyOf(ordered);
  }

  private static void addWithItsReceivers(
      String name, Map<String, ServiceDescriptor<?>> left, List<ServiceDescriptor<?>> ordered) {
    ServiceDescriptor<?> service = left.remove(name);
    if (service != null) {
      service.handsWorkTo().forEach(receiver -> addWithItsReceivers(receiver, left, ordered));
      ordered.add(service);
    }
  }

  /// Those whose jars are on the class path of this process.
  @SuppressWarnings("rawtypes") // A class literal has no type arguments.
  public static Services onClassPath() {
    List<ServiceDescriptor<?>> found = new ArrayList<>();
    ClassLoader loader = ServiceDescriptor.class.getClassLoader();
    for (ServiceDescriptor service : ServiceLoader.load(ServiceDescriptor.class, loader)) {
      found.add(service);
    }
    return new Services(found);
  }

  /// All of them, each after those that it hands work to.
  public List<ServiceDescriptor<?>> all() {
    return inOrder;
  }

  /// Their names, in the same order.
  public List<String> names() {
    return inOrder.stream().<String>map(ServiceDescriptor::name).toList();
  }

  /// The service of this name.
  public Optional<ServiceDescriptor<?>> find(String name) {
    return inOrder.stream()
        .filter(service -> service.name().equals(name))
        .<ServiceDescriptor<?>>map(service -> service)
        .findFirst();
  }

  /// The service of this name.
  ///
  /// @throws IllegalArgumentException when there is none
  public ServiceDescriptor<?> of(String name) {
    return find(name)
        .orElseThrow(() ->
            new IllegalArgumentException(
                name + " (expected: one of " + String.join(", ", names()) + ")"));
  }

  /// The databases of all of them.
  public List<String> databases() {
    return inOrder.stream().flatMap(service -> service.databases().stream()).distinct().toList();
  }

  /// The fail-points of all of them.
  public List<FailPoint> failPoints() {
    return inOrder.stream()
        .flatMap(service -> service.failPoints().stream())
        .<FailPoint>map(point -> point)
        .toList();
  }

  /// The part of an environment that one of them may be given: it refuses settings that it does not
  /// know.
  public Map<String, String> known(String service, Map<String, String> environment) {
    Settings settings = Settings.of(environment);
    of(service).read(settings);
    Map<String, String> known = new TreeMap<>(environment);
    known.keySet().removeIf(name -> name.startsWith(PREFIX) && !settings.names().contains(name));
    return known;
  }

  /// Throws [dev.carillon.runtime.settings.SettingsException] with everything that is wrong with
  /// the settings of all of them.
  ///
  /// @return the effective settings, one a line, secrets redacted
  public String check(Map<String, String> environment) {
    Settings settings = Settings.of(environment);
    for (ServiceDescriptor<?> service : inOrder) {
      service.read(settings);
    }
    settings.verify();
    return settings.describe();
  }

  /// Leaves the settings of all of them but one to the others: processes of one installation may
  /// share one environment.
  void tolerateOthers(String service, Settings settings) {
    inOrder.stream()
        .filter(other -> !other.name().equals(service))
        .forEach(other -> settings.tolerate(other.settingsPrefix()));
  }
}
