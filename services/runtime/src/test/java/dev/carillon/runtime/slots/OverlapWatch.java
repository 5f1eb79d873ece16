package dev.carillon.runtime.slots;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/// Looks without pause for a slot that two nodes own at one and the same moment.
final class OverlapWatch implements AutoCloseable {
  private final List<Node> nodes = new CopyOnWriteArrayList<>();
  private final List<String> overlaps = new CopyOnWriteArrayList<>();
  private final AtomicLong rounds = new AtomicLong();
  private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::run);
  private volatile boolean closed;

  OverlapWatch() {
    thread.start();
  }

  void add(Node node) {
    nodes.add(node);
  }

  List<String> overlaps() {
    return List.copyOf(overlaps);
  }

  long rounds() {
    return rounds.get();
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!closed) {
      for (int slot = 0; slot < Slots.COUNT; slot++) {
        look(slot);
      }
      rounds.incrementAndGet();
    }
  }

  private void look(int slot) {
    for (Node one : nodes) {
      long epoch = one.slots.epoch(slot);
      if (epoch == 0) {
        continue;
      }
      for (Node other : nodes) {
        // Under one epoch a slot is owned without interruption: owned before and after is owned
        // between.
        if (other != one && other.slots.owns(slot) && one.slots.epoch(slot) == epoch) {
          overlaps.add("slot " + slot + ": " + one.id + " and " + other.id);
        }
      }
    }
  }
}
