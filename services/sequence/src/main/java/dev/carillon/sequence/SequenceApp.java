package dev.carillon.sequence;

import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.mysql.Schema;
import dev.carillon.runtime.service.ServiceApp;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.slots.SlotClaims;
import dev.carillon.runtime.telemetry.Metrics;
import java.util.concurrent.TimeoutException;

/// One running instance of the sequence service, put together.
public final class SequenceApp implements ServiceApp {
  private static final Schema SCHEMA = Schema.of(SequenceApp.class, "schema");

  private final ServiceHost host;

  private SequenceApp(ServiceHost host) {
    this.host = host;
  }

  /// Waits for the database, listens, and begins to claim slots; ready once the first share is
  /// claimed.
  public static SequenceApp start(SequenceConfig config)
      throws InterruptedException, TimeoutException {
    ServiceHost host = ServiceHost.open(config.host());
    try {
      MySqlDatabase database =
          host.own(MySqlDatabase.open(config.mysql(), host.health(), host.metrics(), host.nanos()));
      if (config.mysql().migrate()) {
        SCHEMA.migrate(database);
      }
      SlotClaims slots = new SlotClaims(host.instance());
      SequenceService service =
          host.own(
              new SequenceService(
                  new MySqlSequenceStore(database, host.failPoints()),
                  slots,
                  config.limits(),
                  new SequenceMetrics(host.metrics()),
                  System::nanoTime,
                  host.failPoints()));
      service.start();
      SequenceRpc rpc = new SequenceRpc(service);
      host.serve(host.server().fromMemory(rpc));
      host.claimSlots(slots, service);
      host.beforeClosing("end streams", left -> rpc.drain());
      host.ready();
      return new SequenceApp(host);
    } catch (RuntimeException | InterruptedException | TimeoutException e) {
      host.close();
      throw e;
    }
  }

  /// Brings the database up to date and does nothing else.
  public static void migrate(SequenceConfig config) throws InterruptedException, TimeoutException {
    try (MySqlDatabase database =
        MySqlDatabase.open(config.mysql(), new Health(), Metrics.none(), System::nanoTime)) {
      SCHEMA.migrate(database);
    }
  }

  @Override
  public ServiceHost host() {
    return host;
  }
}
