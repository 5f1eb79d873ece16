package dev.carillon.runtime.discovery;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// A prefix listener that keeps what it was told, as a log and as a view.
final class Recorder implements PrefixListener {
  private final List<String> log = new CopyOnWriteArrayList<>();
  private final Map<String, Entry> view = new TreeMap<>();
  private final List<Consumer<Change>> reactions = new ArrayList<>();

  @Override
  public synchronized void onSnapshot(Map<String, Entry> entries) {
    log.add("snapshot");
    view.clear();
    view.putAll(entries);
  }

  @Override
  public synchronized void onChanges(List<Change> changes) {
    for (Change change : changes) {
      reactions.forEach(reaction -> reaction.accept(change));
      switch (change) {
        case Change.Put put -> {
          log.add("put " + put.key() + "=" + put.entry().value());
          view.put(put.key(), put.entry());
        }
        case Change.Deleted deleted -> {
          log.add("deleted " + deleted.key());
          view.remove(deleted.key());
        }
      }
    }
  }

  /// Calls `reaction` with every change, before it is recorded.
  synchronized void onEach(Consumer<Change> reaction) {
    reactions.add(reaction);
  }

  List<String> log() {
    return List.copyOf(log);
  }

  synchronized Map<String, Entry> view() {
    return Map.copyOf(view);
  }

  long snapshots() {
    return log.stream().filter("snapshot"::equals).count();
  }
}
