package dev.carillon.bench.rpc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.carillon.bench.machine.CpuUse;
import dev.carillon.bench.machine.CpuWatch;
import dev.carillon.bench.machine.ProcFiles;
import dev.carillon.bench.net.Loop;
import dev.carillon.bench.net.LoopConnection;
import dev.carillon.engines.EngineBinaries;
import dev.carillon.engines.RedisEngine;
import dev.carillon.engines.RedisOptions;
import dev.carillon.local.supervisor.Wait;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// What one would use for numbers otherwise: INCR at a Redis of its own, over many connections with
/// one command in flight each, as `redis-benchmark` does it.
public final class RedisIncrements implements AutoCloseable {
  /// How Redis keeps what it has answered.
  public enum Keeping {
    /// On disk before it is answered.
    ALWAYS("CONFIG SET appendonly yes\r\n", "CONFIG SET appendfsync always\r\n"),
    /// Not at all.
    NOTHING("CONFIG SET appendonly no\r\n");

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<String> commands;

    Keeping(String... commands) {
      this.commands = List.of(commands);
    }
  }

  private final RedisEngine redis;
  private final Loop loop;

  private RedisIncrements(RedisEngine redis, Loop loop) {
    this.redis = redis;
    this.loop = loop;
  }

  /// Starts Redis.
  ///
  /// @param data its folder
  /// @param cache where unpacked programs are, when the environment does not say
  public static RedisIncrements start(Path data, Path cache, Loop loop) {
    EngineBinaries binaries = EngineBinaries.locate(cache, step -> {});
    return new RedisIncrements(
        RedisEngine.start(binaries, data, RedisOptions.DEFAULT.withPersistence()), loop);
  }

  /// Increments for some time.
  ///
  /// @param connections how many, each with a key of its own
  public Saturation run(Keeping keeping, int connections, Duration leadIn, Duration duration) {
    Tally tally = new Tally();
    List<LoopConnection> opened = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      opened.add(loop.connect(redis.address(), new Increments(keeping, i, tally)));
    }
    Wait.pause(leadIn);
    long before = tally.answers.sum();
    CpuWatch watch =
        CpuWatch.begin(ProcFiles.ofThisMachine(), Map.of("redis", List.of(redis.pid())));
    Wait.pause(duration);
    CpuUse cpu = watch.end();
    long after = tally.answers.sum();
    opened.forEach(LoopConnection::close);
    return new Saturation(after - before, tally.refused.sum(), tally.broken.sum(), cpu);
  }

  @Override
  public void close() {
    redis.close();
  }

  /// What all connections count together.
  private static final class Tally {
    private final LongAdder answers = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder broken = new LongAdder();
  }

  /// One connection: each answer must be one above the one before.
  private static final class Increments implements LoopConnection.Handler {
    private final Deque<String> settings;
    private final byte[] command;
    private final Tally tally;
    private long last;
    private @Nullable LoopConnection connection;

    Increments(Keeping keeping, int number, Tally tally) {
      this.settings = new ArrayDeque<>(keeping.commands);
      this.command = ("INCR key:" + number + "\r\n").getBytes(US_ASCII);
      this.tally = tally;
    }

    @Override
    public void connected(LoopConnection connected) {
      connection = connected;
      connected.send(next());
    }

    private byte[] next() {
      String setting = settings.poll();
      return setting == null ? command : setting.getBytes(US_ASCII);
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
      if (line.startsWith(":")) {
        long number = Long.parseLong(line.substring(1));
        if (last != 0 && number != last + 1) {
          tally.broken.increment();
        }
        last = number;
        tally.answers.increment();
      } else if (!line.equals("+OK")) {
        tally.refused.increment();
      }
      LoopConnection open = connection;
      if (open != null) {
        open.send(next());
      }
    }

    @Override
    public void closed(String why) {
      tally.refused.increment();
    }
  }
}
