package dev.carillon.runtime.lifecycle;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The readiness of an instance for work, and the reasons against it.
///
/// Readiness is the absence of reasons against it. A new instance has the reason `start`, which
/// [#started] takes away; [#draining] adds the reason `drain` for good. A *degraded* dependency is
/// reported but does not make the instance unready.
///
/// Thread-safe. Listeners are called one change at a time, in the order of the changes, by the
/// thread that makes the change; they must not block.
public final class Health {
  private static final Logger LOG = LoggerFactory.getLogger(Health.class);
  private static final String START = "start";
  private static final String DRAIN = "drain";

  private final List<Consumer<State>> listeners = new CopyOnWriteArrayList<>();
  private final SortedMap<String, String> reasons = new TreeMap<>();
  private final SortedMap<String, String> degraded = new TreeMap<>();
  private boolean drained;

  /// One moment's readiness.
  ///
  /// @param reasons what stands against giving this instance work, by the name of what is missing
  /// @param degraded what is missing without standing against it
  public record State(SortedMap<String, String> reasons, SortedMap<String, String> degraded) {
    /// Keeps copies.
    public State {
      reasons = Collections.unmodifiableSortedMap(new TreeMap<>(reasons));
      degraded = Collections.unmodifiableSortedMap(new TreeMap<>(degraded));
    }

    /// Whether nothing stands against giving this instance work.
    public boolean ready() {
      return reasons.isEmpty();
    }

    private boolean sameNames(State other) {
      return reasons.keySet().equals(other.reasons.keySet())
          && degraded.keySet().equals(other.degraded.keySet());
    }
  }

  /// Not ready, because it is starting.
  public Health() {
    reasons.put(START, "starting");
  }

  /// The start is over; other reasons may still stand.
  public void started() {
    ready(START);
  }

  /// The instance is on its way out; there is no way back.
  public void draining() {
    change(() -> drained = true);
  }

  /// `name` is missing, and without it this instance cannot work.
  public void notReady(String name, String reason) {
    change(() -> {
      reasons.put(name, reason);
      degraded.remove(name);
    });
  }

  /// `name` is missing, and this instance works on without it.
  public void degraded(String name, String reason) {
    change(() -> {
      degraded.put(name, reason);
      reasons.remove(name);
    });
  }

  /// `name` is there.
  public void ready(String name) {
    change(() -> {
      reasons.remove(name);
      degraded.remove(name);
    });
  }

  /// The readiness of this moment.
  public State state() {
    synchronized (reasons) {
      return new State(reasons, degraded);
    }
  }

  /// Whether nothing stands against giving this instance work.
  public boolean isReady() {
    return state().ready();
  }

  /// Calls `listener` with the present state at once and with every later one.
  public void onChange(Consumer<State> listener) {
    synchronized (reasons) {
      listeners.add(listener);
      listener.accept(state());
    }
  }

  /// Only a name that comes or goes is a change: the text of a failure that goes on may vary.
  private void change(Runnable edit) {
    synchronized (reasons) {
      State before = state();
      edit.run();
      if (drained) {
        reasons.put(DRAIN, "draining");
      }
      State now = state();
      if (before.ready() != now.ready()) {
        LOG.atInfo().addKeyValue("reasons", now.reasons()).log(now.ready() ? "ready" : "not ready");
      }
      if (!before.sameNames(now)) {
        listeners.forEach(listener -> listener.accept(now));
      }
    }
  }
}
