package dev.carillon.runtime.discovery;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/// Lease calls that are noted down and answered as the test says.
final class ScriptedLeases implements LeaseCalls {
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final AtomicLong lastLease = new AtomicLong();

  /// Whether calls are answered; otherwise they hang for ever.
  volatile boolean answering = true;

  /// Whether calls fail at once.
  volatile boolean failing;

  /// What keep-alives answer.
  volatile Duration keptAlive = Duration.ofMinutes(10);

  /// What happens while a lease is granted.
  volatile Runnable whileGranting = () -> {};

  List<String> calls() {
    return List.copyOf(calls);
  }

  @Override
  public CompletableFuture<Grant> grant(Duration timeToLive) {
    calls.add("grant");
    whileGranting.run();
    return answer(new Grant(lastLease.incrementAndGet(), timeToLive));
  }

  @Override
  public CompletableFuture<Duration> keepAlive(long lease) {
    calls.add("keep alive " + lease);
    return answer(keptAlive);
  }

  @Override
  public CompletableFuture<Void> revoke(long lease) {
    calls.add("revoke " + lease);
    return answer(true).thenAccept(done -> {});
  }

  @Override
  public CompletableFuture<Void> put(long lease, String key, String value) {
    calls.add("put " + lease + " " + key + "=" + value);
    return answer(true).thenAccept(done -> {});
  }

  @Override
  public CompletableFuture<Map<String, Long>> createAll(long lease, Map<String, String> entries) {
    calls.add("create " + lease);
    return answer(Map.of());
  }

  private <T> CompletableFuture<T> answer(T value) {
    if (failing) {
      return CompletableFuture.failedFuture(new RegistryException("the script says so"));
    }
    return answering ? CompletableFuture.completedFuture(value) : new CompletableFuture<>();
  }
}
