package dev.carillon.failpoints;

import dev.carillon.runtime.admin.AdminPage;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.service.FaultInjection;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.InstantSource;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The faults of one instance that its settings allow, switched over its admin port: `/fail-points`
/// and `/clock`.
final class SwitchedFaults implements FaultInjection {
  private static final Logger LOG = LoggerFactory.getLogger(SwitchedFaults.class);

  private final SwitchedFailPoints points;
  private final ShiftableClock clock = new ShiftableClock();

  private SwitchedFaults(SwitchedFailPoints points) {
    this.points = points;
  }

  /// Faults that are allowed, with those switched on that the config names; warns that they are.
  static FaultInjection open(FailPointConfig config, Health health, Metrics metrics) {
    SwitchedFailPoints points = new SwitchedFailPoints(config.points());
    LOG.atWarn()
        .addKeyValue("armed", config.armed())
        .log("FAIL-POINTS ARE ALLOWED: this instance may crash on purpose, never in production");
    points.arm(config.armed());
    health.degraded("fail-points", "allowed: this instance may crash, pause or fail on purpose");
    metrics.gauge("fail_points.armed", "Fail-points that are switched on", points::armed);
    return new SwitchedFaults(points);
  }

  @Override
  public FailPoints failPoints() {
    return points;
  }

  @Override
  public InstantSource clock() {
    return clock;
  }

  @Override
  public Map<String, AdminPage> pages() {
    return Map.of("/fail-points", new FailPointSwitch(points), "/clock", clock);
  }
}
