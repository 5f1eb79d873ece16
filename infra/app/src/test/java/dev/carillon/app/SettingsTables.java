package dev.carillon.app;

import dev.carillon.runtime.service.ServiceDescriptor;
import dev.carillon.runtime.settings.Settings;
import dev.carillon.runtime.settings.SettingsException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Compares the settings that services declare with the tables of their READMEs.
///
/// A table of settings has the columns Name, Default and Meaning, and one setting a row. The table
/// of a service leaves the service's prefix out of its names; the tables of what services share
/// have whole names, with `<SERVICE>` for the name of each.
final class SettingsTables {
  static final String REQUIRED = "required";
  static final String NONE = "none";
  static final String MADE_UP = "made up";

  private static final String HEADER = "| Name | Default | Meaning |";
  private static final String ANY_SERVICE = "CARILLON_<SERVICE>_";
  private static final Pattern ROW =
      Pattern.compile("\\| `([^`|]+)` \\| ([^|]*[^| ]) \\| [^|]*[^| ] \\|");
  private static final Pattern DECLARED = Pattern.compile("([A-Z0-9_]+)=(.*) \\(default\\)");

  private SettingsTables() {}

  /// A service, as its code and its README have it.
  ///
  /// @param prefix what the names of its own settings begin with
  /// @param declared the default of each setting that it reads, by name
  /// @param table the default of each row of its README, by name without the prefix
  record Service(String prefix, Map<String, String> declared, Map<String, String> table) {}

  /// The service of this descriptor, and the text of its README.
  static Service service(ServiceDescriptor<?> descriptor, String readme) {
    return new Service(descriptor.settingsPrefix(), declared(descriptor), rows(readme));
  }

  /// The defaults in the settings tables of a text, by the name as it stands there.
  ///
  /// @throws IllegalArgumentException when a row is not one setting, or a name stands twice
  static Map<String, String> rows(String markdown) {
    Map<String, String> rows = new LinkedHashMap<>();
    boolean inside = false;
    for (String line : markdown.lines().toList()) {
      if (!line.startsWith("|")) {
        inside = false;
      } else if (line.equals(HEADER)) {
        inside = true;
      } else if (inside && !line.startsWith("|---")) {
        Matcher row = ROW.matcher(line);
        if (!row.matches() || rows.put(row.group(1), row.group(2).replace("`", "")) != null) {
          throw new IllegalArgumentException(
              line + " (expected: | `NAME` | default | meaning |, each name once)");
        }
      }
    }
    return rows;
  }

  /// What the code and the tables do not agree on; `shared` has the rows of all that is not one
  /// service's own.
  static List<String> problems(List<Service> services, Map<String, String> shared) {
    List<String> problems = new ArrayList<>();
    Set<String> unused = new TreeSet<>(shared.keySet());
    for (Service service : services) {
      Map<String, String> own = new TreeMap<>();
      service.table().forEach((name, value) -> own.put(service.prefix() + name, value));
      service
          .declared()
          .forEach((name, expected) -> {
            String sharedName = sharedName(name, service.prefix(), shared);
            unused.remove(sharedName);
            String listed = own.getOrDefault(name, shared.getOrDefault(sharedName, ""));
            if (listed.isEmpty()) {
              problems.add(name + ": in no table (expected: default " + expected + ")");
            } else if (!listed.equals(expected)) {
              problems.add(name + ": default " + listed + " (expected: " + expected + ")");
            }
          });
      own.keySet().stream()
          .filter(name -> !service.declared().containsKey(name))
          .forEach(name -> problems.add(name + ": no such setting"));
    }
    unused.forEach(name -> problems.add(name + ": no such setting of any service"));
    return problems;
  }

  private static String sharedName(String name, String prefix, Map<String, String> shared) {
    boolean whole = shared.containsKey(name) || !name.startsWith(prefix);
    return whole ? name : ANY_SERVICE + name.substring(prefix.length());
  }

  private static Map<String, String> declared(ServiceDescriptor<?> descriptor) {
    Settings settings = Settings.of(Map.of());
    descriptor.read(settings);
    Pattern madeUp = Pattern.compile(Pattern.quote(descriptor.name()) + "-[0-9a-f]{8}");
    Set<String> required = required(settings);
    Map<String, String> declared = new TreeMap<>();
    for (String line : settings.describe().lines().toList()) {
      Matcher setting = DECLARED.matcher(line);
      if (!setting.matches()) {
        throw new IllegalStateException(line + " (expected: NAME=value (default))");
      }
      String value = setting.group(2);
      if (required.contains(setting.group(1))) {
        value = REQUIRED;
      } else if (value.isEmpty()) {
        value = NONE;
      } else if (madeUp.matcher(value).matches()) {
        value = MADE_UP;
      }
      declared.put(setting.group(1), value);
    }
    return declared;
  }

  private static Set<String> required(Settings settings) {
    Set<String> required = new TreeSet<>();
    try {
      settings.verify();
    } catch (SettingsException e) {
      for (String problem : e.problems()) {
        required.add(problem.substring(0, problem.indexOf(": not set")));
      }
    }
    return required;
  }
}
