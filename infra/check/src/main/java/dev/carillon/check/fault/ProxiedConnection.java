package dev.carillon.check.fault;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection through a proxy: two sockets and two threads that carry bytes between them.
final class ProxiedConnection {
  private static final Logger LOG = LoggerFactory.getLogger(ProxiedConnection.class);
  private static final int CHUNK_BYTES = 16 << 10;

  private final Socket client;
  private final Socket server;
  private final ToxicSwitch toxics;
  private final double lot;
  private final Consumer<ProxiedConnection> gone;
  private final SplittableRandom jitter;
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicBoolean closed = new AtomicBoolean();

  /// A connection whose bytes do not flow yet.
  ///
  /// @param lot decides whether a toxic for a part of the connections is for this one, 0 to 1
  /// @param gone called once, when the connection has ended
  ProxiedConnection(
      Socket client,
      Socket server,
      ToxicSwitch toxics,
      double lot,
      Consumer<ProxiedConnection> gone) {
    this.client = client;
    this.server = server;
    this.toxics = toxics;
    this.lot = lot;
    this.gone = gone;
    this.jitter = new SplittableRandom(Double.hashCode(lot));
  }

  /// Starts to pass bytes on.
  void start() {
    Thread.ofVirtual().start(() -> pump(client, server, Toxic.Direction.TO_SERVER));
    Thread.ofVirtual().start(() -> pump(server, client, Toxic.Direction.TO_CLIENT));
  }

  /// Ends it if its toxic now asks for that.
  void obey() {
    if (toxics.of(lot) instanceof Toxic.Reset) {
      reset();
    }
  }

  private void pump(Socket from, Socket to, Toxic.Direction direction) {
    byte[] buffer = new byte[CHUNK_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        if (!pass(out, buffer, count, direction)) {
          return;
        }
      }
      toxics.awaitOpen(lot, direction);
      to.shutdownOutput();
    } catch (IOException e) {
      // A broken socket ends both.
      reset();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reset();
    } finally {
      if (ended.incrementAndGet() == Toxic.Direction.values().length) {
        close();
      }
    }
  }

  /// Passes one chunk on as the current toxic demands.
  ///
  /// @return whether the connection goes on
  private boolean pass(OutputStream out, byte[] chunk, int count, Toxic.Direction direction)
      throws IOException, InterruptedException {
    Toxic toxic = toxics.awaitOpen(lot, direction);
    switch (toxic) {
      case Toxic.Latency latency -> {
        toxics.awaitDelay(toxic, lot, delayNanos(latency));
        out.write(chunk, 0, count);
      }
      case Toxic.Truncate _ -> {
        out.write(chunk, 0, count / 2);
        close();
        return false;
      }
      case Toxic.Reset _ -> {
        reset();
        return false;
      }
      case Toxic.None _, Toxic.Refuse _, Toxic.HalfOpen _, Toxic.Blackhole _ ->
          out.write(chunk, 0, count);
    }
    return true;
  }

  /// Chunks wait one after the other, so under load the delay is a limit of speed as well.
  private synchronized long delayNanos(Toxic.Latency latency) {
    return latency.delay().toNanos() + jitter.nextLong(latency.jitter().toNanos() + 1);
  }

  /// Ends both sides by RST.
  void reset() {
    lingerNot(client);
    lingerNot(server);
    close();
  }

  /// Ends both sides; what was written still arrives.
  void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    closeQuietly(client);
    closeQuietly(server);
    gone.accept(this);
  }

  /// Makes the close of a socket that is still open an RST.
  static void lingerNot(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException alreadyClosed) {
      LOG.trace("already closed", alreadyClosed);
    }
  }

  static void closeQuietly(Closeable closeable) {
    try {
      closeable.close();
    } catch (IOException e) {
      LOG.trace("cannot close", e);
    }
  }
}
