package dev.carillon.connection.transport;

import dev.carillon.connection.session.EncodedMessage;
import dev.carillon.connection.session.Session;
import dev.carillon.connection.session.SessionContext;
import dev.carillon.connection.session.SessionLoop;
import dev.carillon.connection.session.Transport;
import dev.carillon.connection.v1.ConnectionServiceGrpc;
import dev.carillon.connection.v1.ServerFrame;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/// Answers `ConnectionService.Connect`: the same frames as a WebSocket, on a gRPC stream.
public final class ConnectRpc implements BindableService {
  private final SessionContext context;
  private final ConnectionLimit limit;

  /// Streams of this gateway.
  public ConnectRpc(SessionContext context, ConnectionLimit limit) {
    this.context = context;
    this.limit = limit;
  }

  @Override
  public ServerServiceDefinition bindService() {
    FrameBytes bytes = new FrameBytes(context.config().limits().frameSize());
    MethodDescriptor<byte[], byte[]> method =
        ConnectionServiceGrpc.getConnectMethod().toBuilder(bytes, bytes).build();
    ServiceDescriptor generated = ConnectionServiceGrpc.getServiceDescriptor();
    ServiceDescriptor service =
        ServiceDescriptor.newBuilder(generated.getName())
            .setSchemaDescriptor(generated.getSchemaDescriptor())
            .addMethod(method)
            .build();
    return ServerServiceDefinition.builder(service)
        .addMethod(method, ServerCalls.asyncBidiStreamingCall(this::connect))
        .build();
  }

  private StreamObserver<byte[]> connect(StreamObserver<byte[]> responses) {
    GrpcTransport transport = new GrpcTransport((ServerCallStreamObserver<byte[]>) responses);
    transport.begin();
    return transport;
  }

  /// A marshaller that leaves the frames of a gRPC stream as they are on the wire: the session
  /// parses them itself and writes deliveries that are encoded already.
  ///
  /// @param most the largest frame in bytes; of a larger one, one byte more is read
  private record FrameBytes(int most) implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] frame) {
      return new ByteArrayInputStream(frame);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readNBytes(most + 1);
      } catch (IOException e) {
        throw new UncheckedIOException("the frame cannot be read", e);
      }
    }
  }

  /// One device's gRPC stream.
  ///
  /// gRPC makes its calls on the event loop of its connection, which is one of the gateway's own,
  /// so that nothing is handed to another thread; a call on any other thread is handed to the
  /// session's loop. Frames are requested one at a time, and not while the device does not read.
  private final class GrpcTransport implements Transport, StreamObserver<byte[]> {
    private final ServerCallStreamObserver<byte[]> call;
    private final SessionLoop loop = context.loops().currentOrNext();
    private @Nullable Session session;
    private boolean paused;
    private boolean closing;
    private boolean left;

    GrpcTransport(ServerCallStreamObserver<byte[]> call) {
      this.call = call;
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
}
