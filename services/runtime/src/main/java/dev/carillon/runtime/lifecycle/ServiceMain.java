package dev.carillon.runtime.lifecycle;

import dev.carillon.runtime.logging.LogIdentity;
import dev.carillon.runtime.settings.Settings;
import dev.carillon.runtime.settings.SettingsException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What every service's `Main` does: settings, config, app, and the orderly way out on SIGTERM.
///
/// Exit codes: 0 after an orderly stop, 1 when the start, the migration or the stop failed, 2 for
/// bad settings or arguments.
///
/// @param <C> the service's config record
public final class ServiceMain<C> {
  private static final Logger log = LoggerFactory.getLogger(ServiceMain.class);
  private static final List<String> SERVICES =
      List.of("connection", "message", "sequence", "presence", "unread", "push-notify", "media");

  private final String service;
  private final Function<Settings, C> reader;
  private final Starter<C> starter;
  private @Nullable Migration<C> migration;

  /// Starts a service; what it returns is closed on the way out and drains then.
  ///
  /// @param <C> the service's config record
  @FunctionalInterface
  public interface Starter<C> {
    /// Returns when the service is started; throws when it cannot be.
    AutoCloseable start(C config) throws Exception;
  }

  /// Brings a service's database up to date.
  ///
  /// @param <C> the service's config record
  @FunctionalInterface
  public interface Migration<C> {
    /// Returns when the database is up to date.
    void migrate(C config) throws Exception;
  }

  private ServiceMain(String service, Function<Settings, C> reader, Starter<C> starter) {
    this.service = service;
    this.reader = reader;
    this.starter = starter;
  }

  /// The main of `service`, whose config `reader` reads and whose app `starter` starts.
  public static <C> ServiceMain<C> of(
      String service, Function<Settings, C> reader, Starter<C> starter) {
    return new ServiceMain<>(service, reader, starter);
  }

  /// Lets the argument `migrate` run `step` instead of the service.
  public ServiceMain<C> migrate(Migration<C> step) {
    this.migration = step;
    return this;
  }

  /// Runs until SIGTERM or SIGINT and ends the process; returns only if the main thread is
  /// interrupted.
  public void run(String... args) {
    LogIdentity.claim(service);
    @Nullable Migration<C> step = migration;
    boolean migrating = args.length == 1 && "migrate".equals(args[0]) && step != null;
    if (args.length > 0 && !migrating) {
      exit(2, service + ": " + String.join(" ", args) + " (expected: " + usage() + ")");
    }
    Settings settings = settings();
    Duration drainLimit = drainLimit(settings);
    try {
      C config = reader.apply(settings);
      settings.verify();
      log.info("settings:\n{}", settings.describe());
      if (migrating && step != null) {
        step.migrate(config);
        exit(0, "");
      }
      AutoCloseable app = starter.start(config);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(app, drainLimit), "stop"));
      log.info("{} started", service);
      new CountDownLatch(1).await();
    } catch (SettingsException e) {
      exit(2, service + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      log.error("{} could not start", service, e);
      exit(1, service + ": " + e.getMessage());
    }
  }

  private static Duration drainLimit(Settings settings) {
    return settings.duration(
        "CARILLON_DRAIN_LIMIT",
        Duration.ofSeconds(20),
        Duration.ofSeconds(1),
        Duration.ofMinutes(10));
  }

  private Settings settings() {
    Settings settings = Settings.ofProcess();
    // Processes of one installation may share one environment; names of the other services are
    // theirs.
    SERVICES.stream()
        .filter(other -> !other.equals(service))
        .forEach(other -> settings.tolerate(prefix(other)));
    return settings;
  }

  private static String prefix(String name) {
    return "CARILLON_" + name.replace('-', '_').toUpperCase(Locale.ROOT) + "_";
  }

  private String usage() {
    return migration == null ? "no arguments" : "no arguments, or migrate";
  }

  /// Runs in the shutdown hook, so it halts: the exit code of a signal would not tell how it went.
  private static void stop(AutoCloseable app, Duration limit) {
    log.info("stopping");
    boolean[] failed = {false};
    Thread closing =
        Thread.ofPlatform()
            .name("close")
            .start(() -> {
              try {
                app.close();
              } catch (Exception e) {
                failed[0] = true;
                log.error("stopping failed", e);
              }
            });
    boolean ended = false;
    try {
      ended = closing.join(limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!ended) {
      log.error("not stopped within {}, giving up", limit);
    }
    Runtime.getRuntime().halt(ended && !failed[0] ? 0 : 1);
  }

  private static void exit(int code, String message) {
    PrintStream errors = System.err;
    if (!message.isEmpty()) {
      errors.println(message);
    }
    System.exit(code);
  }
}
