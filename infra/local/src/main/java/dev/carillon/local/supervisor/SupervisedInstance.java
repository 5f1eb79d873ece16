package dev.carillon.local.supervisor;

import java.util.concurrent.CompletableFuture;

/// The instance of one slot: when it ends, another one takes its place.
final class SupervisedInstance {
  private final InstanceSlot slot;
  private final Launcher launcher;
  private final Restarter restarter;
  private volatile Launcher.Running running = Launcher.Running.NONE;
  private volatile boolean stopping;

  SupervisedInstance(InstanceSlot slot, Launcher launcher) {
    this.slot = slot;
    this.launcher = launcher;
    this.restarter = new Restarter(slot.toString(), this::start);
  }

  InstanceSlot slot() {
    return slot;
  }

  /// Starts an instance; returns when it is launched, which within this JVM means started.
  ///
  /// @return completes when it has ended by itself
  CompletableFuture<String> start() throws Exception {
    Launcher.Running launched = launcher.launch(slot);
    running = launched;
    if (stopping) {
      launched.stop().run();
    }
    return launched.onEnd();
  }

  /// Called when the instance is ready: from now on an instance that ends is restarted.
  void settle(CompletableFuture<String> end) {
    restarter.watch(end);
  }

  /// The last instance started.
  Launcher.Running running() {
    return running;
  }

  /// Stops the instance for good; returns when it has ended.
  void stop() {
    restarter.close();
    stopping = true;
    running.stop().run();
  }
}
