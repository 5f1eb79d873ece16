package dev.carillon.runtime.logging;

/// Who writes the log lines of this process; set once by whoever starts it.
public final class LogIdentity {
  private static volatile LogIdentity current = new LogIdentity("", "");

  private final String service;
  private final String instance;

  private LogIdentity(String service, String instance) {
    this.service = service;
    this.instance = instance;
  }

  /// Every line from now on carries `service` and `instance`; both empty means neither.
  public static void set(String service, String instance) {
    current = new LogIdentity(service, instance);
  }

  static LogIdentity current() {
    return current;
  }

  String service() {
    return service;
  }

  String instance() {
    return instance;
  }
}
