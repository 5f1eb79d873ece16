package dev.carillon.runtime.logging;

/// The service and instance that stand in the log lines of this process, where the process is one
/// service.
///
/// The main of a service claims the process; the instance adds its id later. Where several services
/// share a JVM none claims it, and the logger's name shows the service of a line.
///
/// @param service the service's name, or the empty text
/// @param instance the instance's id, or the empty text
public record LogIdentity(String service, String instance) {
  private static volatile LogIdentity current = new LogIdentity("", "");

  /// This process is `service` and nothing else.
  public static void claim(String service) {
    current = new LogIdentity(service, "");
  }

  /// An instance of `service` is `instance`; ignored unless that service has claimed the process.
  public static void name(String service, String instance) {
    if (current.service.equals(service)) {
      current = new LogIdentity(service, instance);
    }
  }

  /// What lines are marked with now.
  static LogIdentity current() {
    return current;
  }
}
