package dev.carillon.runtime.mysql;

import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.mysql.MySqlException.Fault;
import dev.carillon.runtime.slots.Shards;
import dev.carillon.runtime.slots.SlotRange;
import dev.carillon.runtime.telemetry.Metrics;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One database, a keyspace of Vitess or a database of a MySQL server, as its shards: one on plain
/// MySQL, as many as there are on Vitess.
///
/// Who reads or writes asks for the shard of a slot each time, or has its items divided by
/// [#onEach], and keeps neither: shards come and go while the service runs. A server that restarts
/// is ridden out, and the readiness reason `mysql:<database>` is present meanwhile; a single shard
/// that is away is logged, and holds up its own slots only. Thread-safe.
public final class MySqlDatabase implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(MySqlDatabase.class);

  private final MySqlConfig config;
  private final Metrics metrics;
  private final LongSupplier nanos;
  private final MySqlOutage outage;
  private final ShardWatch watch;
  private final List<MySqlShard> retired = new CopyOnWriteArrayList<>();
  private volatile Layout layout = new Layout(List.of(), List.of(), List.of());
  private final Shards shards;
  private volatile boolean closed;

  /// The shards by ascending slots: three lists of equal length.
  private record Layout(List<ShardName> names, List<SlotRange> ranges, List<MySqlShard> shards) {}

  private MySqlDatabase(
      MySqlConfig config,
      Health health,
      Metrics metrics,
      LongSupplier nanos,
      MySqlOutage outage,
      List<ShardName> names) {
    this.config = config;
    this.metrics = metrics;
    this.nanos = nanos;
    this.outage = outage;
    this.watch = new ShardWatch(config, health, this::become);
    this.shards = new Shards(laidOut(names).ranges());
    metrics.gauge(
        "mysql.shards",
        "Shards of the database.",
        () -> layout.shards().size(),
        "database",
        config.database());
  }

  /// Waits for the server, as long as `config` says, and opens the pools. Until then `health` is
  /// not ready for the reason `mysql:<database>`. With `migrate`, the database is made if it is not
  /// there.
  ///
  /// @param nanos a monotonic clock in nanoseconds
  /// @throws IllegalStateException when the shards of a keyspace cannot be used
  public static MySqlDatabase open(
      MySqlConfig config, Health health, Metrics metrics, LongSupplier nanos)
      throws InterruptedException, TimeoutException {
    MySqlOutage outage = new MySqlOutage(config, health, nanos);
    ShardWatch once = new ShardWatch(config, health, names -> {});
    List<ShardName> names = outage.awaitStart(once::look);
    MySqlDatabase database = new MySqlDatabase(config, health, metrics, nanos, outage, names);
    if (database.isVitess()) {
      LOG.atInfo()
          .addKeyValue("database", config.database())
          .addKeyValue("shards", names.stream().map(ShardName::label).toList())
          .log("keyspace of Vitess");
      database.watch.start();
    }
    outage.started();
    return database;
  }

  /// The database's name.
  public String name() {
    return config.database();
  }

  /// Whether it is a keyspace of Vitess. Tables are made there by its operator.
  public boolean isVitess() {
    return !layout.names().getFirst().name().isEmpty();
  }

  /// Waits for something else that the server has to have, as long as a start may; until then the
  /// readiness reason says what `question` throws.
  <T> T awaitStart(Callable<T> question) throws InterruptedException, TimeoutException {
    T answer = outage.awaitStart(question);
    outage.started();
    return answer;
  }

  /// All shards as they are now.
  List<MySqlShard> allShards() {
    return layout.shards();
  }

  /// On which shard a slot lies, now and later.
  public Shards shards() {
    return shards;
  }

  /// The shard of a slot, as the shards are now.
  public MySqlShard shard(int slot) {
    Layout now = layout;
    return now.shards().get(Shards.indexOf(slot, now.ranges()));
  }

  /// Runs `work` for the items of each shard, one shard after the other; and when a transaction met
  /// two shards, because a shard was divided a moment ago, again for the items of each slot. So
  /// `work` may be done twice for an item, but for transactions: those that met two have written
  /// nothing.
  ///
  /// @return what `work` returned; nothing without items
  public <T, R> List<R> onEach(
      Collection<T> items,
      ToIntFunction<? super T> slotOf,
      BiFunction<MySqlShard, List<T>, R> work) {
    List<R> results = new ArrayList<>();
    if (items.isEmpty()) {
      return results;
    }
    for (List<T> together : shards.divide(items, slotOf)) {
      try {
        results.add(onOne(together, slotOf, work));
      } catch (MySqlException e) {
        if (e.fault() != Fault.SEVERAL_SHARDS) {
          throw e;
        }
        Shards.bySlot(together, slotOf).forEach(slot -> results.add(onOne(slot, slotOf, work)));
      }
    }
    return results;
  }

  /// What a query finds for each item, in the order of the items; see [MySqlSession#queryEach].
  public <A, T> List<List<T>> readEach(
      List<A> items,
      ToIntFunction<? super A> slotOf,
      String sql,
      Row.Mapper<T> mapper,
      Function<? super A, @Nullable Object[]> parameters) {
    List<List<T>> found = new ArrayList<>(Collections.nCopies(items.size(), List.of()));
    List<Integer> places = IntStream.range(0, items.size()).boxed().toList();
    onEach(
        places,
        place -> slotOf.applyAsInt(items.get(place)),
        (shard, some) -> {
          List<@Nullable Object[]> sets =
              some.stream().map(place -> parameters.apply(items.get(place))).toList();
          List<List<T>> each = shard.read(session -> session.queryEach(sql, mapper, sets));
          for (int i = 0; i < some.size(); i++) {
            found.set(some.get(i), each.get(i));
          }
          return some.size();
        });
    return found;
  }

  private <T, R> R onOne(
      List<T> items, ToIntFunction<? super T> slotOf, BiFunction<MySqlShard, List<T>, R> work) {
    return work.apply(shard(slotOf.applyAsInt(items.getFirst())), items);
  }

  private Layout laidOut(List<ShardName> names) {
    Layout before = layout;
    List<SlotRange> ranges = names.stream().map(ShardName::slots).toList();
    List<MySqlShard> open = new ArrayList<>();
    for (ShardName name : names) {
      int known = before.names().indexOf(name);
      open.add(
          known < 0
              ? new MySqlShard(config, name, metrics, nanos, this::failed)
              : before.shards().get(known));
    }
    Layout next = new Layout(List.copyOf(names), ranges, List.copyOf(open));
    layout = next;
    return next;
  }

  /// Takes in what a look at the shards found; on the watch's thread.
  private void become(List<ShardName> names) {
    Layout before = layout;
    if (!before.names().equals(names) && !closed) {
      // Refused before anything changes, if they do not hold every slot once.
      Shards verified = new Shards(names.stream().map(ShardName::slots).toList());
      Layout next = laidOut(names);
      LOG.atInfo()
          .addKeyValue("database", config.database())
          .addKeyValue("shards", names.stream().map(ShardName::label).toList())
          .log("shards changed");
      before.shards().stream()
          .filter(shard -> !next.shards().contains(shard))
          .forEach(retired::add);
      shards.become(verified.ranges());
    }
    retired.removeIf(shard -> {
      if (shard.isIdle()) {
        shard.close(false);
        return true;
      }
      return false;
    });
  }

  private void failed(MySqlException failure) {
    outage.note(failure);
    if (failure.fault() == Fault.SEVERAL_SHARDS || failure.fault() == Fault.SHARD_AWAY) {
      watch.lookNow();
    }
  }

  @Override
  public void close() {
    closed = true;
    boolean away = outage.stands();
    outage.close();
    watch.close();
    layout.shards().forEach(shard -> shard.close(away));
    retired.forEach(shard -> shard.close(away));
  }
}
