package dev.carillon.sequence;

import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.sequence.v1.Block;
import dev.carillon.sequence.v1.NextNumbersRequest;
import dev.carillon.sequence.v1.SequenceServiceGrpc;
import io.grpc.Deadline;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/// Callers that take numbers of a few keys without a break, each through whoever owns the slot,
/// half of them by streams, until the load is closed.
final class Load implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 60;

  private final Cluster cluster;
  private final History history;
  private final List<SequenceKey> keys;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final AtomicLong done = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final List<Thread> threads = new ArrayList<>();

  private Load(Cluster cluster, History history, int keyCount) {
    this.cluster = cluster;
    this.history = history;
    this.keys = IntStream.range(0, keyCount).mapToObj(Keys::key).toList();
  }

  static Load start(Cluster cluster, History history, int callers, int keyCount) {
    Load load = new Load(cluster, history, keyCount);
    for (int caller = 0; caller < callers; caller++) {
      Random random = new Random(caller);
      Runnable task =
          caller % 2 == 0 ? () -> load.callUnary(random) : () -> load.callByStreams(random);
      load.threads.add(Thread.ofVirtual().name("caller-" + caller).start(task));
    }
    return load;
  }

  /// Waits until so many more requests have been answered with numbers.
  void awaitMore(long requests) {
    long goal = done.get() + requests;
    await().atMost(Cluster.PATIENCE).until(() -> done.get() >= goal);
  }

  /// How many requests failed for good.
  long failed() {
    return failed.get();
  }

  @Override
  public void close() {
    closing.set(true);
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void callUnary(Random random) {
    while (!closing.get()) {
      SequenceKey key = keys.get(random.nextInt(keys.size()));
      NextNumbersRequest request =
          NextNumbersRequest.newBuilder()
              .setKey(ByteString.copyFrom(key.toBytes()))
              .setCount(1 + random.nextInt(20))
              .build();
      try {
        long[] askedAt = new long[1];
        Block block =
            cluster
                .router()
                .call(
                    key.slot(),
                    Deadline.after(DEADLINE_SECONDS, TimeUnit.SECONDS),
                    (channel, deadline) -> {
                      askedAt[0] = System.nanoTime();
                      return SequenceServiceGrpc.newBlockingStub(channel)
                          .withDeadline(deadline)
                          .nextNumbers(request)
                          .getBlock();
                    });
        told(key, askedAt[0], block);
      } catch (RuntimeException e) {
        missed(Refusals.of(e));
      }
    }
  }

  private void callByStreams(Random random) {
    try (ReserveCaller caller = new ReserveCaller(cluster)) {
      while (!closing.get()) {
        SequenceKey key = keys.get(random.nextInt(keys.size()));
        long askedAt = System.nanoTime();
        try {
          told(key, askedAt, caller.reserve(key, 1 + random.nextInt(20)));
        } catch (RuntimeException e) {
          missed(Refusals.of(e));
        }
      }
    }
  }

  private void told(SequenceKey key, long askedAt, Block block) {
    history.record(key, askedAt, System.nanoTime(), block.getFirst(), block.getLast());
    done.incrementAndGet();
  }

  /// A database that is away is a fair answer; anything else at the end of such patience is not.
  private void missed(Refusal refusal) {
    if (!refusal.retryable()) {
      failed.incrementAndGet();
    }
  }
}
