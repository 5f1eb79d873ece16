package dev.carillon.runtime.service;

import java.util.Locale;

/// How the settings of a service are named.
public final class SettingNames {
  private SettingNames() {}

  /// What the names of the settings of the service of this name begin with, such as
  /// `CARILLON_PUSH_NOTIFY_`.
  public static String prefix(String service) {
    return "CARILLON_" + service.replace('-', '_').toUpperCase(Locale.ROOT) + "_";
  }
}
