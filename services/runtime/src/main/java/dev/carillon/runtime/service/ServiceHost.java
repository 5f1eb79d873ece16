package dev.carillon.runtime.service;

import dev.carillon.runtime.admin.AdminServer;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.batch.ProcessLoad;
import dev.carillon.runtime.discovery.Instance;
import dev.carillon.runtime.discovery.Instances;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.grpc.Channels;
import dev.carillon.runtime.grpc.EventLoops;
import dev.carillon.runtime.grpc.GrpcServer;
import dev.carillon.runtime.grpc.GrpcServerConfig;
import dev.carillon.runtime.lifecycle.Closer;
import dev.carillon.runtime.lifecycle.Drain;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.logging.LogIdentity;
import dev.carillon.runtime.mysql.MySqlConfig;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.mysql.Schema;
import dev.carillon.runtime.mysql.VSchema;
import dev.carillon.runtime.slots.SlotClaims;
import dev.carillon.runtime.slots.SlotListener;
import dev.carillon.runtime.slots.SlotOwner;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.runtime.telemetry.Telemetry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/// The parts of a running instance that every service has: health, telemetry, event loops,
/// channels, its place in the registry, its servers, and the orderly way out.
///
/// An app opens a host, builds its own parts and gives them to [#own], starts its server with
/// [#serve], claims slots if it has any, adds what must happen first on the way out with
/// [#beforeClosing], and is [#ready].
public final class ServiceHost implements AutoCloseable {
  private static final Duration SLOT_RELEASE_LIMIT = Duration.ofSeconds(5);
  private static final Duration SERVER_DRAIN_LIMIT = Duration.ofSeconds(3);

  private final HostConfig config;
  private final Health health = new Health();
  private final Closer closer = new Closer();
  private final Drain drain;
  private final Telemetry telemetry;
  private final EventLoops loops;
  private final Channels channels;
  private final Instances instances;
  private final BatchInterval batchInterval;
  private final FaultInjection faults;
  private volatile String address = "";

  private ServiceHost(HostConfig config) {
    this.config = config;
    drain = new Drain(health, config.drainLimit(), nanos());
    telemetry = closer.add(Telemetry.start(config.telemetry(), List.of()));
    loops = closer.add(EventLoops.share(config.eventLoops()));
    channels = closer.add(new Channels(loops, config.calls(), telemetry, nanos()));
    instances =
        closer.add(
            Instances.join(
                closer.add(config.registry().open(nanos())),
                config.registry().leaseTimeToLive(),
                health));
    metrics()
        .gauge(
            "registry.leases_lost",
            "Leases that ended without being given back so far",
            instances.membership()::leasesLost);
    ProcessLoad load = ProcessLoad.ofMachine(nanos());
    metrics().gauge("batch.load", "Load of the machine, 0 to 1, by which batch loops pause", load);
    batchInterval = new BatchInterval(load, Duration.ZERO, config.batchWaitLimit());
    faults = config.faults().open(health, metrics());
  }

  /// Opens what every instance needs; nothing is announced yet.
  public static ServiceHost open(HostConfig config) {
    LogIdentity.name(config.service(), config.instance());
    return new ServiceHost(config);
  }

  /// Takes a part of the app over: it is closed before everything that was there when it came.
  public <C extends AutoCloseable> C own(C part) {
    return closer.add(part);
  }

  /// Opens a MySQL database of the app and, where the settings allow it, brings it up to date. The
  /// tables of a keyspace of Vitess are its operator's to make; they are waited for.
  ///
  /// @param schema the folder of its [Schema] in the module of `owner`
  /// @throws TimeoutException when the database did not come within its start limit
  public MySqlDatabase database(MySqlConfig mysql, Class<?> owner, String schema)
      throws InterruptedException, TimeoutException {
    MySqlDatabase database = own(MySqlDatabase.open(mysql, health, metrics(), nanos()));
    Schema files = Schema.of(owner, schema);
    if (database.isVitess()) {
      VSchema.of(files).awaitIn(database);
    } else if (mysql.migrate()) {
      files.migrate(database);
    }
    return database;
  }

  /// Brings a MySQL database up to date without an instance; otherwise as [#database].
  public static void migrate(MySqlConfig mysql, Class<?> owner, String schema)
      throws InterruptedException, TimeoutException {
    try (MySqlDatabase database =
        MySqlDatabase.open(mysql, new Health(), Metrics.none(), System::nanoTime)) {
      Schema.of(owner, schema).migrate(database);
    }
  }

  /// Begins the gRPC server; [#serve] starts it.
  public GrpcServer.Builder server() {
    return server(config.grpc());
  }

  /// Begins a gRPC server beside that one, for other callers than the services; it is not
  /// announced; the caller that starts it closes it.
  public GrpcServer.Builder server(GrpcServerConfig beside) {
    return GrpcServer.builder(beside, loops, health, telemetry);
  }

  /// Starts the gRPC server and the admin server and announces the instance.
  public void serve(GrpcServer.Builder builder) {
    GrpcServer server = closer.add(builder.start());
    AdminServer admin =
        closer.add(AdminServer.start(config.adminListen(), health, telemetry, faults.pages()));
    HostConfig.Advertised advertise = config.advertise();
    address = advertise.grpc(server.hostPort(), server.port());
    instances.register(
        new Instance(
            config.service(),
            config.instance(),
            address,
            advertise.any(admin.hostPort(), admin.port()),
            false));
    drain.then("leave", left -> instances.drain(config.instance()));
    closer.add(() -> server.drain(SERVER_DRAIN_LIMIT));
  }

  /// Begins to claim this instance's share of the service's slots. On the way out they are handed
  /// over before anything is closed.
  public void claimSlots(SlotClaims slots, SlotListener listener) {
    SlotOwner owner =
        closer.add(
            new SlotOwner(
                config.service(), SLOT_RELEASE_LIMIT, instances, slots, listener, health, nanos()));
    metrics().gauge("slots.owned", "Slots owned by this instance", slots::owned);
    metrics().gauge("slots.share", "Slots that are this instance's share", owner::share);
    metrics().gauge("slots.released", "Slots handed over in order so far", owner::released);
    metrics().gauge("slots.lost", "Slots lost without a handover so far", owner::lost);
    drain.then(
        "hand slots over",
        left -> owner.drain().get(Math.max(1, left.toMillis()), TimeUnit.MILLISECONDS));
  }

  /// Adds a step to the way out, after those already there and before anything is closed.
  public void beforeClosing(String name, Drain.Step step) {
    drain.then(name, step);
  }

  /// The start is over.
  public void ready() {
    health.started();
  }

  /// The instance's id.
  public String instance() {
    return config.instance();
  }

  /// The address of its gRPC server as other instances reach it; empty before [#serve].
  public String address() {
    return address;
  }

  /// Whether the instance should be given work.
  public Health health() {
    return health;
  }

  /// Its traces and metrics.
  public Telemetry telemetry() {
    return telemetry;
  }

  /// Makes its instruments.
  public Metrics metrics() {
    return telemetry.metrics();
  }

  /// Its share in the event loops of this JVM.
  public EventLoops loops() {
    return loops;
  }

  /// Where this instance may be made to crash, pause or fail; nowhere unless the settings allow it.
  public FailPoints failPoints() {
    return faults.failPoints();
  }

  /// The monotonic clock of this instance, in nanoseconds.
  public LongSupplier nanos() {
    return System::nanoTime;
  }

  /// What this instance takes for the time of day: the machine's clock, which may be made to jump
  /// where faults are allowed.
  public InstantSource clock() {
    return faults.clock();
  }

  /// How long the batch loops of this instance pause after a batch that costs at least
  /// `nominalCost`, here and elsewhere.
  public BatchInterval batchInterval(Duration nominalCost) {
    return batchInterval.costing(nominalCost);
  }

  /// Opens channels to other instances.
  public Channels channels() {
    return channels;
  }

  /// The instances of every service.
  public Instances instances() {
    return instances;
  }

  /// Stops in order: not ready, out of the registry's choice, slots handed over, the app's own
  /// steps, then everything is closed in reverse order.
  @Override
  public void close() {
    drain.close();
    closer.close();
  }
}
