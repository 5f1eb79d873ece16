package dev.carillon.runtime.service;

import dev.carillon.runtime.logging.LogIdentity;
import dev.carillon.runtime.settings.Settings;
import dev.carillon.runtime.settings.SettingsException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The body of every service's `Main`: settings, config, app, and the orderly way out on SIGTERM.
///
/// Exit codes: 0 after an orderly stop, 1 when the start, the migration or the stop failed, 2 for
/// bad settings or arguments.
public final class ServiceMain {
  private static final Logger LOG = LoggerFactory.getLogger(ServiceMain.class);

  private ServiceMain() {}

  /// Runs one instance of a service until SIGTERM or SIGINT, or, with the argument `migrate`, only
  /// brings its databases up to date, and ends the process; returns only if the main thread is
  /// interrupted.
  public static <C> void run(ServiceDescriptor<C> service, String... args) {
    String name = service.name();
    LogIdentity.claim(name);
    boolean canMigrate = !service.databases().isEmpty();
    boolean migrating = canMigrate && args.length == 1 && "migrate".equals(args[0]);
    if (args.length > 0 && !migrating) {
      String usage = canMigrate ? "no arguments, or migrate" : "no arguments";
      exit(2, name + ": " + String.join(" ", args) + " (expected: " + usage + ")");
    }
    Settings settings = settings(name);
    Duration drainLimit = HostConfig.drainLimit(settings);
    try {
      C config = service.read(settings);
      settings.verify();
      LOG.info("settings:\n{}", settings.describe());
      if (migrating) {
        service.migrate(config);
        exit(0, "");
      }
      ServiceApp app = service.start(config);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(app, drainLimit), "stop"));
      LOG.info("{} started", name);
      new CountDownLatch(1).await();
    } catch (SettingsException e) {
      exit(2, name + ": " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.error("{} could not start", name, e);
      exit(1, name + ": " + e.getMessage());
    }
  }

  /// Processes of one installation may share one environment: the settings of the other services
  /// are theirs.
  private static Settings settings(String service) {
    Settings settings = Settings.ofProcess();
    Services.onClassPath().tolerateOthers(service, settings);
    return settings;
  }

  /// Runs in the shutdown hook, so it halts: the exit code of a signal would not show whether the
  /// stop failed.
  private static void stop(ServiceApp app, Duration limit) {
    LOG.info("stopping");
    boolean[] failed = {false};
    Thread closing =
        Thread.ofPlatform()
            .name("close")
            .start(() -> {
              try {
                app.close();
              } catch (Exception e) {
                failed[0] = true;
                LOG.error("stopping failed", e);
              }
            });
    boolean ended = false;
    try {
      ended = closing.join(limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!ended) {
      LOG.error("not stopped within {}, giving up", limit);
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
