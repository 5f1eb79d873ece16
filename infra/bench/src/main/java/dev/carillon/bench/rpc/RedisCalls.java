package dev.carillon.bench.rpc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.carillon.bench.load.Calls;
import dev.carillon.engines.EngineBinaries;
import dev.carillon.engines.RedisEngine;
import dev.carillon.engines.RedisOptions;
import dev.carillon.local.supervisor.Wait;
import dev.carillon.wire.Loop;
import dev.carillon.wire.LoopConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// What one would use for numbers otherwise: INCR at a Redis of its own, over many connections with
/// one command in flight each, as `redis-benchmark` does it.
public final class RedisCalls implements Calls {
  // Says nothing to a Redis that logs nothing.
  private static final byte[] SETTING = "CONFIG SET appendfsync always\r\n".getBytes(US_ASCII);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(5);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final RedisEngine redis;
  private final Queue<Increments> free = new ConcurrentLinkedQueue<>();
  private final List<LoopConnection> connections;

  /// Starts a Redis of its own, connects and sets up.
  ///
  /// @param data its folder
  /// @param durable whether what it has answered is on disk, or else nowhere
  /// @param connections how many, each with a key of its own: as many calls may be out
  public RedisCalls(Path data, Loop loop, boolean durable, int connections) {
    Path programs = Path.of(System.getProperty("carillon.home", "."), ".engines");
    this.redis =
        RedisEngine.start(
            EngineBinaries.locate(programs, step -> {}),
            data,
            durable ? RedisOptions.DEFAULT.withPersistence() : RedisOptions.DEFAULT);
    this.connections =
        IntStream.range(0, connections)
            .mapToObj(number -> loop.connect(redis.address(), new Increments(number)))
            .toList();
    if (!Wait.until(() -> free.size() == connections, POLL_INTERVAL, PATIENCE)) {
      close();
      throw new IllegalStateException("Redis did not accept its setting");
    }
  }

  /// The process of Redis.
  public long pid() {
    return redis.pid();
  }

  @Override
  public void call(int number, Answer answer) {
    free.remove().call(answer);
  }

  @Override
  public void close() {
    connections.forEach(LoopConnection::close);
    redis.close();
  }

  /// One connection: each answer must be one above the one before.
  private final class Increments implements LoopConnection.Handler {
    private final byte[] command;
    private long last;
    private volatile @Nullable LoopConnection connection;
    private volatile @Nullable Answer answer;

    Increments(int number) {
      this.command = ("INCR key:" + number + "\r\n").getBytes(US_ASCII);
    }

    void call(Answer to) {
      answer = to;
      Objects.requireNonNull(connection).send(command);
    }

    @Override
    public void connected(LoopConnection connected) {
      connection = connected;
      connected.send(SETTING);
    }

    @Override
    public int received(byte[] bytes, int end, long now) {
      int begin = 0;
      for (int i = 1; i < end; i++) {
        if (bytes[i] == '\n' && bytes[i - 1] == '\r') {
          answered(new String(bytes, begin, i - 1 - begin, US_ASCII));
          begin = i + 1;
        }
      }
      return begin;
    }

    private void answered(String line) {
      if (line.equals("+OK")) {
        free.add(this);
      } else if (line.startsWith(":")) {
        long number = Long.parseLong(line.substring(1));
        boolean kept = last == 0 || number == last + 1;
        last = number;
        came(kept ? Verdict.DONE : Verdict.BROKEN);
      } else {
        came(Verdict.REFUSED);
      }
    }

    private void came(Verdict verdict) {
      Answer to = answer;
      if (to != null) {
        answer = null;
        free.add(this);
        to.came(verdict, 1);
      }
    }

    /// The call that is out is never answered, and counted as such.
    @Override
    public void closed(String why) {}
  }
}
