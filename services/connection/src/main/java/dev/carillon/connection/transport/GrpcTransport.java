package dev.carillon.connection.transport;

import dev.carillon.connection.session.EncodedMessage;
import dev.carillon.connection.session.Session;
import dev.carillon.connection.session.SessionContext;
import dev.carillon.connection.session.SessionLoop;
import dev.carillon.connection.session.Transport;
import dev.carillon.connection.v1.ServerFrame;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/// One device's gRPC stream.
///
/// gRPC makes its calls on the event loop of its connection, which is one of the gateway's own, so
/// that nothing is handed to another thread; a call on any other thread is handed to the session's
/// loop. Frames are requested one at a time, and not while the device does not read.
final class GrpcTransport implements Transport, StreamObserver<byte[]> {
  private final ServerCallStreamObserver<byte[]> call;
  private final SessionContext context;
  private final SessionLoop loop;
  private final ConnectionLimit limit;
  private @Nullable Session session;
  private boolean paused;
  private boolean closing;
  private boolean left;

  GrpcTransport(
      ServerCallStreamObserver<byte[]> call, SessionContext context, ConnectionLimit limit) {
    this.call = call;
    this.context = context;
    this.loop = context.loops().currentOrNext();
    this.limit = limit;
  }

  /// Begins the session; on the thread that gRPC calls the method on.
  void begin() {
    call.disableAutoRequest();
    call.setOnReadyHandler(() -> loop.execute(this::ready));
    call.setOnCancelHandler(() -> loop.execute(this::left));
    boolean entered = limit.enter();
    loop.execute(() -> begin(entered));
  }

  @Override
  public void onNext(byte[] frame) {
    loop.execute(() -> receive(frame));
  }

  @Override
  public void onError(Throwable failure) {
    loop.execute(this::left);
  }

  @Override
  public void onCompleted() {
    loop.execute(() -> {
      left();
      complete();
    });
  }

  @Override
  public boolean isWritable() {
    return call.isReady();
  }

  @Override
  public void opened() {
    // gRPC has read a message before anybody can look at its size.
  }

  @Override
  public void send(ServerFrame frame) {
    write(frame.toByteArray());
  }

  @Override
  public void deliver(EncodedMessage message, long number) {
    byte[] frame = new byte[message.frameSize(number)];
    ByteBuf out = Unpooled.wrappedBuffer(frame).writerIndex(0);
    message.writeTo(out, number);
    write(frame);
  }

  @Override
  public void goodbye(ServerFrame frame) {
    send(frame);
    complete();
    leaveLimit();
  }

  @Override
  public void terminate() {
    if (!closing) {
      closing = true;
      call.onError(Status.UNAVAILABLE.asRuntimeException());
    }
  }

  private void begin(boolean entered) {
    Session begun = new Session(context, loop, this);
    session = begun;
    if (!entered || limit.isExceeded()) {
      left = !entered;
      begun.overloaded();
    } else {
      call.request(1);
    }
  }

  private void receive(byte[] frame) {
    Session open = session;
    if (closing || open == null) {
      return;
    }
    open.receive(frame);
    if (!closing) {
      paused = !call.isReady();
      if (!paused) {
        call.request(1);
      }
    }
  }

  private void ready() {
    if (paused && !closing) {
      paused = false;
      call.request(1);
    }
  }

  private void write(byte[] frame) {
    if (!closing && !call.isCancelled()) {
      call.onNext(frame);
    }
  }

  private void complete() {
    if (!closing) {
      closing = true;
      if (!call.isCancelled()) {
        call.onCompleted();
      }
    }
  }

  private void left() {
    Session open = session;
    if (open != null) {
      open.closed();
    }
    leaveLimit();
  }

  private void leaveLimit() {
    if (!left) {
      left = true;
      limit.leave();
    }
  }
}
