package dev.carillon.runtime.telemetry;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;

/// Metrics of the JVM: memory, threads, collections, time since the start.
final class JvmMetrics {
  private static final AttributeKey<String> AREA = AttributeKey.stringKey("area");
  private static final AttributeKey<String> COLLECTOR = AttributeKey.stringKey("collector");
  private static final Attributes HEAP = Attributes.of(AREA, "heap");
  private static final Attributes NON_HEAP = Attributes.of(AREA, "non_heap");

  private JvmMetrics() {}

  static void register(Meter meter) {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    meter
        .gaugeBuilder("jvm.memory.used")
        .setUnit("By")
        .setDescription("Memory in use.")
        .ofLongs()
        .buildWithCallback(gauge -> {
          gauge.record(memory.getHeapMemoryUsage().getUsed(), HEAP);
          gauge.record(memory.getNonHeapMemoryUsage().getUsed(), NON_HEAP);
        });
    meter
        .gaugeBuilder("jvm.threads")
        .setDescription("Live platform threads.")
        .ofLongs()
        .buildWithCallback(
            gauge -> gauge.record(ManagementFactory.getThreadMXBean().getThreadCount()));
    meter
        .counterBuilder("jvm.gc.time")
        .setUnit("s")
        .setDescription("Time spent collecting garbage.")
        .ofDoubles()
        .buildWithCallback(counter ->
            ManagementFactory.getGarbageCollectorMXBeans()
                .forEach(gc -> counter.record(gc.getCollectionTime() / 1e3, of(gc))));
    meter
        .gaugeBuilder("process.uptime")
        .setUnit("s")
        .setDescription("Time since the process started.")
        .buildWithCallback(
            gauge -> gauge.record(ManagementFactory.getRuntimeMXBean().getUptime() / 1e3));
  }

  private static Attributes of(GarbageCollectorMXBean collector) {
    return Attributes.of(COLLECTOR, collector.getName());
  }
}
