package dev.carillon.bench.scenario;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// A kind of work, with what is asked of it when the command line does not say.
public enum Scenario {
  /// Connected pairs send to each other.
  CHAT(List.of(500.0, 1000.0, 2000.0, 3000.0), 1_000),
  /// All send in one group.
  GROUP(List.of(2.0, 5.0, 10.0, 20.0), 1_000),
  /// Devices are signed in and say nothing but heartbeats.
  IDLE(List.of(1.0), 5_000),
  /// Devices come in as fast as they are let in.
  SIGNIN(List.of(1.0), 2_000),
  /// Numbers of the sequence service, beside an echo and a Redis; so many conversations have
  /// numbers in memory in the end.
  SEQUENCE(List.of(), 1_000_000),
  /// Appends over a full stream beside plain inserts of a hundred rows, or when they are due.
  STORE(List.of(), 2),
  /// Pages of so many old conversations, and one that so many want at once.
  HISTORY(List.of(1000.0), 1_000),
  /// A gateway is killed, then one is drained, while devices send.
  STORM(List.of(200.0), 2_000),
  /// Some devices stop reading while others send to them.
  FREEZE(List.of(500.0), 1_000),
  /// Devices that know nothing yet come and catch up.
  SYNC(List.of(500.0), 1_000);

  @SuppressWarnings("ImmutableEnumChecker") // List.of
  private final List<Double> rates;

  private final int users;

  Scenario(List<Double> rates, int users) {
    this.rates = rates;
    this.users = users;
  }

  /// The one of this name, in lower case.
  public static Optional<Scenario> of(String name) {
    return Arrays.stream(values()).filter(scenario -> scenario.title().equals(name)).findFirst();
  }

  /// All names, for people.
  public static String names() {
    return Arrays.stream(values()).map(Scenario::title).collect(Collectors.joining(", "));
  }

  /// Its name, such as `chat`.
  public String title() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// Messages per second, step by step; empty: as many as it takes.
  public List<Double> rates() {
    return rates;
  }

  /// How many devices.
  public int users() {
    return users;
  }
}
