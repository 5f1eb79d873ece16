package dev.carillon.local;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.runtime.lifecycle.Backoff;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps one seat taken: when who sits there dies, another one is started, later each time.
final class InstanceKeeper {
  private static final Logger log = LoggerFactory.getLogger(InstanceKeeper.class);
  private static final Backoff RESTARTS =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));
  private static final Duration STEADY = Duration.ofSeconds(30);

  private final Seat seat;
  private final Launcher launcher;
  private final InstanceSettings settings;
  private @Nullable RunningInstance running;
  private String id = "";
  private String failure = "";
  private boolean settled;
  private boolean stopping;
  private int restarts;
  private long startedNanos;

  InstanceKeeper(Seat seat, Launcher launcher, InstanceSettings settings) {
    this.seat = seat;
    this.launcher = launcher;
    this.settings = settings;
  }

  Seat seat() {
    return seat;
  }

  /// `host:port` of a port that devices know; empty for other services than gateways.
  String clientAddress(InstanceSettings.ClientPort port) {
    return seat.service().equals(ConnectionConfig.SERVICE)
        ? settings.clientAddress(seat, port)
        : "";
  }

  /// Starts the first one; returns when it is launched, which in this JVM means started.
  void start() throws Exception {
    String newId = InstanceSettings.newId(seat);
    RunningInstance launched = launcher.launch(seat, settings.of(seat, newId));
    synchronized (this) {
      id = newId;
      running = launched;
      startedNanos = System.nanoTime();
    }
    launched.onEnd().thenAccept(why -> ended(launched, why));
  }

  /// The start of the whole succeeded: from now on a death is followed by a new start.
  synchronized void settle() {
    settled = true;
  }

  /// The id of the last one started.
  synchronized String id() {
    return id;
  }

  /// The process of the last one started; 0 before the first.
  synchronized long pid() {
    return running == null ? 0 : running.pid();
  }

  /// Why it died before the whole was started; empty as long as it did not.
  synchronized String failure() {
    return failure;
  }

  /// Stops for good; returns when it is gone.
  void stop() {
    @Nullable RunningInstance last;
    synchronized (this) {
      stopping = true;
      last = running;
    }
    if (last != null) {
      last.stop();
    }
  }

  private void ended(RunningInstance who, String why) {
    synchronized (this) {
      if (stopping) {
        return;
      }
      if (!settled) {
        failure = seat + ": " + why + "\n" + who.lastOutput();
        return;
      }
    }
    log.warn("{}: {}; starting another", seat, why);
    Thread.ofVirtual().name("restart-" + seat).start(this::restart);
  }

  private void restart() {
    LockSupport.parkNanos(RESTARTS.delay(nextRestart()).toNanos());
    synchronized (this) {
      if (stopping) {
        return;
      }
    }
    try {
      start();
      stopIfTooLate();
    } catch (Exception e) {
      log.error("{} could not be started again", seat, e);
      Thread.ofVirtual().name("restart-" + seat).start(this::restart);
    }
  }

  private synchronized int nextRestart() {
    restarts = System.nanoTime() - startedNanos > STEADY.toNanos() ? 1 : restarts + 1;
    return restarts;
  }

  /// A stop may have come while the new one was being launched.
  private void stopIfTooLate() {
    boolean late;
    synchronized (this) {
      late = stopping;
    }
    if (late) {
      stop();
    }
  }
}
