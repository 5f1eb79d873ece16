package dev.carillon.runtime.service;

import dev.carillon.runtime.failpoints.FailPoint;
import dev.carillon.runtime.settings.Settings;
import java.util.List;
import java.util.function.Function;

/// The one place that describes a service: its name, how it is started, and what it needs.
///
/// The service's `Main`, the launcher of a local installation, the fault injection and the
/// architecture rules read it there. Each service's jar names its descriptor in
/// `META-INF/services/dev.carillon.runtime.service.ServiceDescriptor`, where [Services] finds it;
/// the class is public, without state, and has a public constructor without parameters.
///
/// @param <C> the service's config record
public abstract class ServiceDescriptor<C> {
  private final String name;
  private final Function<Settings, C> config;
  private final Start<C> start;

  /// Starts an instance of a service.
  ///
  /// @param <C> the service's config record
  @FunctionalInterface
  protected interface Start<C> {
    /// See [ServiceDescriptor#start].
    ServiceApp start(C config) throws Exception;
  }

  /// Describes a service by its name, its config and its app.
  protected ServiceDescriptor(String name, Function<Settings, C> config, Start<C> start) {
    this.name = name;
    this.config = config;
    this.start = start;
  }

  /// The service's name, such as `push-notify`: in the registry, in file names, on the command line
  /// and, in upper case with underscores, in settings.
  public final String name() {
    return name;
  }

  /// The name of the class that runs one instance as a process.
  public String mainClass() {
    return javaPackage() + ".Main";
  }

  /// Reads the config; notes what is wrong with the settings and never throws for it.
  public final C read(Settings settings) {
    return config.apply(settings);
  }

  /// Starts an instance in this JVM; returns when it is announced, throws when it cannot be.
  public final ServiceApp start(C config) throws Exception {
    return start.start(config);
  }

  /// Starts an instance in this JVM with the config that these settings give.
  public ServiceApp startFrom(Settings settings) throws Exception {
    return start(read(settings));
  }

  /// Brings the service's databases up to date and does nothing else.
  public void migrate(C config) throws Exception {
    throw new UnsupportedOperationException(name + ": no database to migrate");
  }

  /// The names of the MySQL databases it keeps its tables in; empty for a service without.
  public List<String> databases() {
    return List.of();
  }

  /// Whether it needs Redis. Every service needs etcd.
  public boolean usesRedis() {
    return false;
  }

  /// Whether its instances divide the slots among themselves, by [ServiceHost#claimSlots]; then its
  /// callers look for the owner of a slot instead of any instance.
  public boolean ownsSlots() {
    return false;
  }

  /// The names of the services it hands work to while it drains: they are stopped after it.
  public List<String> handsWorkTo() {
    return List.of();
  }

  /// The places in its work at which a test may make something go wrong.
  public List<? extends FailPoint> failPoints() {
    return List.of();
  }

  /// What the names of its own settings begin with, such as `CARILLON_PUSH_NOTIFY_`.
  public String settingsPrefix() {
    return HostConfig.settingsPrefix(name);
  }

  /// The package that holds its code, such as `dev.carillon.pushnotify`.
  public String javaPackage() {
    return "dev.carillon." + name.replace("-", "");
  }
}
