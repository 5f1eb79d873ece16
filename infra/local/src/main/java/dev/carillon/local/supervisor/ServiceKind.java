package dev.carillon.local.supervisor;

import dev.carillon.connection.ConnectionApp;
import dev.carillon.connection.ConnectionConfig;
import dev.carillon.message.MessageApp;
import dev.carillon.message.MessageConfig;
import dev.carillon.presence.PresenceApp;
import dev.carillon.presence.PresenceConfig;
import dev.carillon.runtime.settings.Settings;
import dev.carillon.sequence.SequenceApp;
import dev.carillon.sequence.SequenceConfig;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The services, in the order in which they are stopped in reverse.
public enum ServiceKind {
  SEQUENCE(
      dev.carillon.sequence.Main.class,
      SequenceConfig::read,
      settings -> SequenceApp.start(SequenceConfig.read(settings))),
  PRESENCE(
      dev.carillon.presence.Main.class,
      PresenceConfig::read,
      settings -> PresenceApp.start(PresenceConfig.read(settings))),
  MESSAGE(
      dev.carillon.message.Main.class,
      MessageConfig::read,
      settings -> MessageApp.start(MessageConfig.read(settings))),
  CONNECTION(
      dev.carillon.connection.Main.class,
      ConnectionConfig::read,
      settings -> ConnectionApp.start(ConnectionConfig.read(settings)));

  private static final String PREFIX = "CARILLON_";

  private final Class<?> main;

  @SuppressWarnings("ImmutableEnumChecker") // A method reference.
  private final Reader reader;

  @SuppressWarnings("ImmutableEnumChecker") // Without state of its own.
  private final Starter starter;

  /// Reads a service's config for its names and problems.
  @FunctionalInterface
  private interface Reader {
    Object read(Settings settings);
  }

  /// Starts a service in this JVM.
  @FunctionalInterface
  private interface Starter {
    AutoCloseable start(Settings settings) throws Exception;
  }

  ServiceKind(Class<?> main, Reader reader, Starter starter) {
    this.main = main;
    this.reader = reader;
    this.starter = starter;
  }

  /// The service's name, such as `message`.
  public String service() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The name of one of its settings, such as `CARILLON_MESSAGE_GRPC_LISTEN`.
  public String setting(String what) {
    return PREFIX + name() + "_" + what;
  }

  /// The class that runs one instance as a process.
  String mainClass() {
    return main.getName();
  }

  /// Starts an instance in this JVM; returns when it is announced.
  AutoCloseable start(Map<String, String> environment) throws Exception {
    return starter.start(Settings.of(known(environment)));
  }

  /// The part of an environment that this service may be given: it refuses settings that it does
  /// not know.
  public Map<String, String> known(Map<String, String> environment) {
    Settings settings = Settings.of(environment);
    reader.read(settings);
    Map<String, String> known = new TreeMap<>(environment);
    known.keySet().removeIf(name -> name.startsWith(PREFIX) && !settings.names().contains(name));
    return known;
  }

  /// Throws [dev.carillon.runtime.settings.SettingsException] with everything that is wrong with
  /// the settings of all services.
  ///
  /// @return the effective settings, one a line, secrets redacted
  static String check(Map<String, String> environment) {
    Settings settings = Settings.of(environment);
    for (ServiceKind kind : values()) {
      kind.reader.read(settings);
    }
    settings.verify();
    return settings.describe();
  }

  /// The service of this name.
  public static Optional<ServiceKind> of(String service) {
    return Arrays.stream(values()).filter(kind -> kind.service().equals(service)).findFirst();
  }
}
