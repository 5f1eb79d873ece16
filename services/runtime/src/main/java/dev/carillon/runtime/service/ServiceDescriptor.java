package dev.carillon.runtime.service;

import dev.carillon.runtime.failpoints.FailPoint;
import dev.carillon.runtime.settings.Settings;
import java.util.List;

/// The one place that describes a service: its name, how it is started, and what it needs.
///
/// The service's `Main`, the launcher of a local installation, the fault injection and the
/// architecture rules read it there. Each service's jar names its descriptor in
/// `META-INF/services/dev.carillon.runtime.service.ServiceDescriptor`, where [Services] finds it;
/// the class is public, without state, and has a public constructor without parameters.
///
/// @param <C> the service's config record
public interface ServiceDescriptor<C> {
  /// The service's name, such as `push-notify`: in the registry, in file names, on the command line
  /// and, in upper case with underscores, in settings.
  String name();

  /// The name of the class that runs one instance as a process.
  default String mainClass() {
    return javaPackage() + ".Main";
  }

  /// Reads the config; notes what is wrong with the settings and never throws for it.
  C read(Settings settings);

  /// Starts an instance in this JVM; returns when it is announced, throws when it cannot be.
  ServiceApp start(C config) throws Exception;

  /// Starts an instance in this JVM with the config that these settings give.
  default ServiceApp startFrom(Settings settings) throws Exception {
    return start(read(settings));
  }

  /// Brings the service's databases up to date and does nothing else.
  default void migrate(C config) throws Exception {
    throw new UnsupportedOperationException(name() + ": no database to migrate");
  }

  /// The names of the MySQL databases it keeps its tables in; empty for a service without.
  default List<String> databases() {
    return List.of();
  }

  /// Whether it needs Redis. Every service needs etcd.
  default boolean usesRedis() {
    return false;
  }

  /// Whether its instances divide the slots among themselves, by [ServiceHost#claimSlots]; then its
  /// callers look for the owner of a slot instead of any instance.
  default boolean ownsSlots() {
    return false;
  }

  /// The names of the services it hands work to while it drains: they are stopped after it.
  default List<String> handsWorkTo() {
    return List.of();
  }

  /// The places in its work at which a test may make something go wrong.
  default List<? extends FailPoint> failPoints() {
    return List.of();
  }

  /// What the names of its own settings begin with, such as `CARILLON_PUSH_NOTIFY_`.
  default String settingsPrefix() {
    return SettingNames.prefix(name());
  }

  /// The name of one of its settings, such as `CARILLON_PUSH_NOTIFY_GRPC_LISTEN`.
  default String setting(String what) {
    return settingsPrefix() + what;
  }

  /// The package that holds its code, such as `dev.carillon.pushnotify`.
  default String javaPackage() {
    return "dev.carillon." + name().replace("-", "");
  }
}
