package dev.carillon.local.supervisor;

import dev.carillon.engines.ChildProcess;
import dev.carillon.local.supervisor.Progress.Kind;
import dev.carillon.runtime.settings.SettingsException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The process that `up` starts and that runs the installation; it ends on SIGTERM, or, when
/// attached, with the process that started it.
public final class SupervisorMain {
  private static final Logger LOG = LoggerFactory.getLogger(SupervisorMain.class);
  private static final Duration LOCK_LIMIT = Duration.ofSeconds(2);
  private static final AtomicReference<@Nullable Supervisor> RUNNING = new AtomicReference<>();

  private SupervisorMain() {}

  /// The command line of the process. It has a session of its own: Ctrl-C in the terminal is for
  /// `up`, which then stops the rest in order.
  public static List<String> command(InstallationPlan plan) {
    List<String> command = new ArrayList<>(ChildProcess.ownSession());
    String heap = plan.processes() ? JavaCommand.SMALL_HEAP + "-Xmx96m" : JavaCommand.HEAP_OF_ALL;
    Path log = plan.folder().logs().resolve("carillon.log");
    command.addAll(JavaCommand.of(heap, SupervisorMain.class.getName(), log, plan.arguments()));
    return command;
  }

  /// Runs the installation until it is asked to stop; prints its progress on standard output.
  ///
  /// @param arguments those of [InstallationPlan#arguments]
  public static void main(String[] arguments) throws InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(SupervisorMain::stop, "stop"));
    try {
      InstallationPlan plan = InstallationPlan.parse(arguments);
      plan.folder().create();
      Optional<FileChannel> lock = plan.folder().take(LOCK_LIMIT);
      if (lock.isEmpty()) {
        fail(Kind.FAILED, "an installation is starting or stopping in " + plan.folder().root());
      }
      if (plan.attached()) {
        Thread.ofPlatform().daemon().name("parent").start(SupervisorMain::followParent);
      }
      long begin = System.nanoTime();
      RUNNING.set(
          Supervisor.start(plan, System.getenv(), Routing.DIRECT, text -> report(Kind.STEP, text)));
      report(Kind.READY, Progress.seconds(Duration.ofNanos(System.nanoTime() - begin)));
      new CountDownLatch(1).await();
    } catch (SettingsException e) {
      fail(Kind.BAD_SETTINGS, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      LOG.error("cannot start", e);
      fail(Kind.FAILED, e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  private static void report(Kind kind, String text) {
    LOG.info("{}", text);
    new Progress(kind, text.strip()).write(System.out);
  }

  private static void fail(Kind kind, String text) {
    report(kind, text);
    // Nothing runs any more, or it ends with this process.
    Runtime.getRuntime().halt(1);
  }

  /// The parent never writes anything: the end of the stream is the end of the parent.
  private static void followParent() {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException gone) {
      LOG.info("the process that started this one is gone", gone);
    }
    System.exit(0);
  }

  private static void stop() {
    @Nullable Supervisor running = RUNNING.get();
    if (running != null) {
      running.close();
    }
    // Without it the exit code would be that of the signal; a start that is not over ends with its
    // engines.
    Runtime.getRuntime().halt(0);
  }
}
