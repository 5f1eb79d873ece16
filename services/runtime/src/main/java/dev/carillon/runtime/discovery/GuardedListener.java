package dev.carillon.runtime.discovery;

import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A listener whose bugs are logged and do not end the watch.
record GuardedListener(PrefixListener listener) implements PrefixListener {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedListener.class);

  @Override
  public void onSnapshot(Map<String, Entry> entries) {
    guard(() -> listener.onSnapshot(entries));
  }

  @Override
  public void onChanges(List<Change> changes) {
    guard(() -> listener.onChanges(changes));
  }

  private static void guard(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | Error e) {
      LOG.error("a registry listener failed", e);
    }
  }
}
