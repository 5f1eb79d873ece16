package dev.carillon.connection.transport;

import dev.carillon.connection.session.SessionContext;
import dev.carillon.connection.v1.ConnectionServiceGrpc;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

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
    GrpcTransport transport =
        new GrpcTransport((ServerCallStreamObserver<byte[]>) responses, context, limit);
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
}
