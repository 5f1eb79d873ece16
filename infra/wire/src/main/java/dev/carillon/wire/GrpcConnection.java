package dev.carillon.wire;

import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.ConnectionServiceGrpc;
import dev.carillon.connection.v1.ServerFrame;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// One gRPC stream that carries frames and can stop reading.
///
/// It has a channel of its own, which ends with it and tries nothing twice: a stream that breaks is
/// a connection that broke, and its device hears of it.
final class GrpcConnection
    implements WireConnection, ClientResponseObserver<ClientFrame, ServerFrame> {
  private final ManagedChannel channel;
  private final Events events;
  private final AtomicBoolean opened = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();
  private boolean reading = true;
  private boolean unread;
  private @Nullable ClientCallStreamObserver<ClientFrame> stream;

  private GrpcConnection(ManagedChannel channel, Events events) {
    this.channel = channel;
    this.events = events;
  }

  /// Begins to connect.
  static GrpcConnection open(String endpoint, Events events) {
    ManagedChannel channel =
        ManagedChannelBuilder.forTarget("dns:///" + endpoint)
            .usePlaintext()
            .disableRetry()
            .directExecutor()
            .build();
    GrpcConnection connection = new GrpcConnection(channel, events);
    ConnectionServiceGrpc.newStub(channel).connect(connection);
    return connection;
  }

  @Override
  public synchronized void reads(boolean wanted) {
    reading = wanted;
    if (reading && unread) {
      unread = false;
      stream().request(1);
    }
  }

  @Override
  public synchronized void send(ClientFrame frame) {
    if (!closed.get()) {
      stream().onNext(frame);
    }
  }

  @Override
  public void abort() {
    if (closed.compareAndSet(false, true)) {
      channel.shutdownNow();
    }
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<ClientFrame> requests) {
    stream = requests;
    requests.disableAutoRequestWithInitial(1);
    requests.setOnReadyHandler(() -> {
      if (opened.compareAndSet(false, true)) {
        events.opened();
      }
    });
  }

  @Override
  public void onNext(ServerFrame frame) {
    events.received(frame);
    synchronized (this) {
      if (reading) {
        stream().request(1);
      } else {
        unread = true;
      }
    }
  }

  @Override
  public void onError(Throwable failure) {
    end(String.valueOf(failure.getMessage()));
  }

  @Override
  public void onCompleted() {
    end("closed by the gateway");
  }

  /// Set before the first event, and before the connection is returned.
  private ClientCallStreamObserver<ClientFrame> stream() {
    return Objects.requireNonNull(stream);
  }

  private void end(String why) {
    if (closed.compareAndSet(false, true)) {
      channel.shutdownNow();
      events.closed(why);
    }
  }
}
