package dev.carillon.runtime.slots;

import dev.carillon.runtime.discovery.EtcdEndpoints;
import dev.carillon.runtime.discovery.EtcdRegistry;
import dev.carillon.runtime.lifecycle.Retry;
import java.time.Duration;
import java.util.List;

/// A process that owns slots and tells when: it looks at slot 0 a thousand times a second and
/// prints a line `owned FROM TO`, in milliseconds of the machine's clock before and after the look.
///
/// It prints the first look that finds the slot owned, the first after any gap, and one now and
/// then.
final class SlotProcess {
  private static final long GAP_MILLIS = 50;

  private SlotProcess() {}

  /// Runs until it is killed.
  ///
  /// @param arguments etcd's endpoint and the id of the instance
  public static void main(String[] arguments) throws InterruptedException {
    EtcdEndpoints endpoints = EtcdEndpoints.parse(List.of(arguments[0]));
    Node node = new Node(arguments[1], new EtcdRegistry(endpoints, System::nanoTime));
    long printed = 0;
    long looked = 0;
    while (!Thread.currentThread().isInterrupted()) {
      long from = System.currentTimeMillis();
      boolean owned = node.slots.owns(0);
      long to = System.currentTimeMillis();
      if (owned && (from - looked > GAP_MILLIS || from - printed > GAP_MILLIS)) {
        System.out.println("owned " + from + " " + to);
        printed = from;
      }
      looked = from;
      Retry.pause(Duration.ofMillis(1));
    }
  }
}
