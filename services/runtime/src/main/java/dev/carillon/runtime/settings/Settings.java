package dev.carillon.runtime.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The settings of a process, read from its environment by typed getters that collect every
/// problem.
///
/// A getter never throws for a bad value: it notes the problem, returns its default (or an empty
/// value where one is required) and lets reading go on. After every config was read, [#verify] is
/// called once and throws with all problems, unknown `CARILLON_*` names among them. Where several
/// services share one environment, all their configs are read from one `Settings`, so that it knows
/// the union of their names.
///
/// A blank value counts as not set. Not thread-safe: settings are read by the one thread that
/// starts.
public final class Settings {
  private static final String PREFIX = "CARILLON_";
  private static final String FILE_SUFFIX = "_FILE";
  private static final String MASKED = "$1" + Secret.REDACTED;

  /// Passwords inside URLs, as `//user:password@` or `password=…`, must not reach the log either.
  private static final Pattern URL_PASSWORD =
      Pattern.compile("(?i)(//[^/:@\\s]*:(?=\\S*@)|password=)[^@&\\s]+");

  private final Map<String, String> environment;
  private final SortedMap<String, String> effective = new TreeMap<>();
  private final Set<String> problems = new LinkedHashSet<>();
  private final List<String> toleratedPrefixes = new ArrayList<>();

  private Settings(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
    // Read by the logging set-up before any config is.
    choice("CARILLON_LOG_FORMAT", LogFormat.AUTO);
    choice("CARILLON_LOG_LEVEL", LogLevel.INFO);
  }

  /// How log lines are written: `AUTO` is text on a terminal and JSON elsewhere.
  public enum LogFormat {
    AUTO,
    JSON,
    TEXT
  }

  /// The least important level that is logged.
  public enum LogLevel {
    ERROR,
    WARN,
    INFO,
    DEBUG
  }

  /// Settings over a copy of `environment`; names without the `CARILLON_` prefix are ignored.
  public static Settings of(Map<String, String> environment) {
    return new Settings(environment);
  }

  /// Settings over the environment of this process.
  public static Settings ofProcess() {
    return new Settings(System.getenv());
  }

  /// Leaves names that begin with `prefix` to someone else: they are neither read nor refused.
  public Settings tolerate(String prefix) {
    toleratedPrefixes.add(prefix);
    return this;
  }

  /// A whole number from `min` to `max`, both included.
  public int integer(String name, int defaultValue, int min, int max) {
    return (int) number(name, defaultValue, min, max);
  }

  /// A whole number from `min` to `max`, both included.
  public long number(String name, long defaultValue, long min, long max) {
    return ranged(name, defaultValue, min, max, Long::parseLong, String::valueOf, "a whole number");
  }

  /// A decimal number from `min` to `max`, both included.
  public double decimal(String name, double defaultValue, double min, double max) {
    return ranged(name, defaultValue, min, max, Settings::finite, String::valueOf, "a number");
  }

  /// `true` or `false`, nothing else.
  public boolean bool(String name, boolean defaultValue) {
    return parsed(name, defaultValue, Settings::trueOrFalse, String::valueOf);
  }

  /// A duration such as `250ms`, `3s` or `1h`, from `min` to `max`, both included.
  public Duration duration(String name, Duration defaultValue, Duration min, Duration max) {
    return ranged(
        name,
        defaultValue,
        min,
        max,
        Units::duration,
        Units::text,
        "a duration such as 250ms, 3s or 1h");
  }

  /// A size in bytes such as `512`, `64KiB` or `4MiB`, from `min` to `max` bytes, both included.
  public long size(String name, long defaultValue, long min, long max) {
    return ranged(
        name,
        defaultValue,
        min,
        max,
        Units::size,
        Units::text,
        "a size such as 512B, 64KiB or 4MiB");
  }

  /// Any text.
  public String text(String name, String defaultValue) {
    return parsed(name, defaultValue, value -> value, value -> value);
  }

  /// Text that may be absent.
  public Optional<String> optionalText(String name) {
    return optional(name, value -> value);
  }

  /// An address to listen on or to call.
  public HostPort hostPort(String name, HostPort defaultValue) {
    return parsed(name, defaultValue, HostPort::parse, HostPort::toString);
  }

  /// An address that may be absent.
  public Optional<HostPort> optionalHostPort(String name) {
    return optional(name, HostPort::parse);
  }

  /// One of an enum's constants, in any case.
  public <E extends Enum<E>> E choice(String name, E defaultValue) {
    E[] all = defaultValue.getDeclaringClass().getEnumConstants();
    return parsed(name, defaultValue, value -> constant(all, value), Settings::choiceText);
  }

  /// Texts separated by commas, trimmed, without empty ones.
  public List<String> list(String name, List<String> defaultValue) {
    return parsed(
        name,
        List.copyOf(defaultValue),
        value ->
            Arrays.stream(value.split(",", -1))
                .map(String::strip)
                .filter(item -> !item.isEmpty())
                .toList(),
        value -> String.join(",", value));
  }

  /// A secret given as `name` or, better, as the path of a file in `name_FILE`; absent if neither
  /// is.
  public Optional<Secret> secret(String name) {
    String fileName = name + FILE_SUFFIX;
    @Nullable String direct = raw(name);
    @Nullable String file = raw(fileName);
    effective.put(name, direct == null ? "" : Secret.REDACTED);
    effective.put(fileName, file == null ? "" : file);
    if (direct != null && file != null) {
      problems.add(name + " and " + fileName + ": both set (expected: one of them)");
      return Optional.empty();
    }
    if (direct != null) {
      return Optional.of(Secret.of(direct));
    }
    return file == null ? Optional.empty() : readSecret(fileName, file);
  }

  /// A required secret; [Secret#EMPTY] while problems are collected.
  public Secret requiredSecret(String name) {
    int before = problems.size();
    return secret(name)
        .orElseGet(() -> {
          if (problems.size() == before) {
            problems.add(name + ": not set (expected: a secret, here or in " + name + "_FILE)");
          }
          return Secret.EMPTY;
        });
  }

  /// Notes a problem that a config found by comparing several settings.
  public void problem(String problem) {
    problems.add(problem);
  }

  /// The names of all settings read so far, for code that passes an environment on.
  public Set<String> names() {
    return Set.copyOf(effective.keySet());
  }

  /// One `NAME=value` line per declared setting, sorted, secrets redacted; for the log at start.
  public String describe() {
    StringBuilder lines = new StringBuilder();
    effective.forEach((name, value) ->
        lines
            .append(name)
            .append('=')
            .append(URL_PASSWORD.matcher(value).replaceAll(MASKED))
            .append(raw(name) == null ? " (default)\n" : "\n"));
    return lines.toString();
  }

  /// Throws [SettingsException] if anything was wrong; called once, after every config was read.
  public void verify() {
    List<String> all = new ArrayList<>(problems);
    environment.keySet().stream()
        .filter(name -> name.startsWith(PREFIX) && !effective.containsKey(name))
        .filter(name -> toleratedPrefixes.stream().noneMatch(name::startsWith))
        .sorted()
        .forEach(name -> all.add(unknown(name)));
    if (!all.isEmpty()) {
      throw new SettingsException(all);
    }
  }

  private String unknown(String name) {
    return Names.nearest(name, effective.keySet())
        .map(nearest -> name + ": unknown (did you mean " + nearest + "?)")
        .orElse(name + ": unknown");
  }

  private <T> T parsed(
      String name, T defaultValue, Function<String, T> parser, Function<T, String> writer) {
    @Nullable String text = raw(name);
    effective.put(name, text == null ? writer.apply(defaultValue) : text);
    if (text == null) {
      return defaultValue;
    }
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      problems.add(name + ": " + e.getMessage());
      return defaultValue;
    }
  }

  private <T extends Comparable<T>> T ranged(
      String name,
      T defaultValue,
      T min,
      T max,
      Function<String, T> parser,
      Function<T, String> writer,
      String expected) {
    Function<String, T> checked =
        text -> {
          T value = parse(text, parser, expected);
          if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                text + " (expected: " + writer.apply(min) + " to " + writer.apply(max) + ")");
          }
          return value;
        };
    return parsed(name, defaultValue, checked, writer);
  }

  private static <T> T parse(String text, Function<String, T> parser, String expected) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IllegalArgumentException(text + " (expected: " + expected + ")", e);
    }
  }

  private <T> Optional<T> optional(String name, Function<String, T> parser) {
    return parsed(name, Optional.empty(), text -> Optional.of(parser.apply(text)), absent -> "");
  }

  private Optional<Secret> readSecret(String fileName, String file) {
    try {
      // Editors and `echo` end a file with a line break that is not part of the secret.
      String value = Files.readString(Path.of(file)).stripTrailing();
      if (!value.isEmpty()) {
        return Optional.of(Secret.of(value));
      }
      problems.add(fileName + ": " + file + " is empty (expected: a file that holds the secret)");
    } catch (IOException | IllegalArgumentException e) {
      problems.add(fileName + ": " + file + " cannot be read (expected: a readable file)");
    }
    return Optional.empty();
  }

  private @Nullable String raw(String name) {
    @Nullable String value = environment.get(name);
    return value == null || value.isBlank() ? null : value.strip();
  }

  private static double finite(String text) {
    double value = Double.parseDouble(text);
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(text);
    }
    return value;
  }

  private static boolean trueOrFalse(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException(text + " (expected: true or false)");
    };
  }

  private static <E extends Enum<E>> E constant(E[] all, String text) {
    return Arrays.stream(all)
        .filter(one -> one.name().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                text
                    + " (expected: one of "
                    + String.join(", ", Arrays.stream(all).map(Settings::choiceText).toList())
                    + ")"));
  }

  private static String choiceText(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
