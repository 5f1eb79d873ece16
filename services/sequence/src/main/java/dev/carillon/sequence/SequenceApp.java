package dev.carillon.sequence;

import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.service.ServiceApp;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.slots.SlotClaims;
import java.util.concurrent.TimeoutException;

/// One running instance of the sequence service, put together.
public record SequenceApp(ServiceHost host) implements ServiceApp {
  private static final String SCHEMA = "schema";

  /// Waits for the database, listens, and begins to claim slots; ready once the first share is
  /// claimed.
  public static SequenceApp start(SequenceConfig config)
      throws InterruptedException, TimeoutException {
    ServiceHost host = ServiceHost.open(config.host());
    try {
      MySqlDatabase database = host.database(config.mysql(), SequenceApp.class, SCHEMA);
      SlotClaims slots = new SlotClaims(host.instance());
      SequenceService service =
          host.own(
              new SequenceService(
                  new MySqlSequenceStore(database, host.failPoints()),
                  slots,
                  config.limits(),
                  new SequenceMetrics(host.metrics()),
                  host.nanos(),
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
    ServiceHost.migrate(config.mysql(), SequenceApp.class, SCHEMA);
  }
}
