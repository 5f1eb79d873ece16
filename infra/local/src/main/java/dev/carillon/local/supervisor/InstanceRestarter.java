package dev.carillon.local.supervisor;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.runtime.lifecycle.Backoff;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs the instance of one slot: when it ends, another one is started, with growing delays.
final class InstanceRestarter {
  private static final Logger LOG = LoggerFactory.getLogger(InstanceRestarter.class);
  private static final Backoff RESTARTS =
      new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10));
  private static final Duration STEADY = Duration.ofSeconds(30);

  private final InstanceSlot slot;
  private final Launcher launcher;
  private final InstanceSettings settings;
  private Launcher.@Nullable Running running;
  private String id = "";
  private String failure = "";
  private boolean settled;
  private boolean stopping;
  private int restarts;
  private long startedNanos;

  InstanceRestarter(InstanceSlot slot, Launcher launcher, InstanceSettings settings) {
    this.slot = slot;
    this.launcher = launcher;
    this.settings = settings;
  }

  InstanceSlot slot() {
    return slot;
  }

  /// `host:port` of a client port; empty for other services than gateways.
  String clientAddress(InstanceSettings.ClientPort port) {
    return slot.service().equals(ConnectionConfig.SERVICE)
        ? settings.clientAddress(slot, port)
        : "";
  }

  /// Starts the first instance; returns when it is launched, which within this JVM means started.
  void start() throws Exception {
    String newId = InstanceSettings.newId(slot);
    Launcher.Running launched = launcher.launch(slot, settings.of(slot, newId));
    synchronized (this) {
      id = newId;
      running = launched;
      startedNanos = System.nanoTime();
    }
    launched.onEnd().thenAccept(why -> ended(launched, why));
  }

  /// Called when the instance is ready: from now on an instance that ends is restarted.
  synchronized void settle() {
    settled = true;
  }

  /// The id of the last instance started.
  synchronized String id() {
    return id;
  }

  /// The process id of the last instance started; 0 before the first.
  synchronized long pid() {
    return running == null ? 0 : running.pid();
  }

  /// Why the instance ended before it was ready; empty if it did not.
  synchronized String failure() {
    return failure;
  }

  /// Stops the instance for good; returns when it has ended.
  void stop() {
    Launcher.@Nullable Running last;
    synchronized (this) {
      stopping = true;
      last = running;
    }
    if (last != null) {
      last.stop().run();
    }
  }

  private void ended(Launcher.Running instance, String why) {
    synchronized (this) {
      if (stopping) {
        return;
      }
      if (!settled) {
        failure = slot + ": " + why + "\n" + instance.lastOutput().get();
        return;
      }
    }
    LOG.warn("{}: {}; restarting it", slot, why);
    Thread.ofVirtual().name("restart-" + slot).start(this::restart);
  }

  private void restart() {
    Wait.pause(RESTARTS.delay(nextRestart()));
    synchronized (this) {
      if (stopping) {
        return;
      }
    }
    try {
      start();
      stopIfTooLate();
    } catch (Exception e) {
      LOG.error("{} could not be started again", slot, e);
      Thread.ofVirtual().name("restart-" + slot).start(this::restart);
    }
  }

  private synchronized int nextRestart() {
    restarts = System.nanoTime() - startedNanos > STEADY.toNanos() ? 1 : restarts + 1;
    return restarts;
  }

  /// Stop may have been called while the new instance was being launched.
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
