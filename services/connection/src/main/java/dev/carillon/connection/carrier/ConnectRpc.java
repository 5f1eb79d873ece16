package dev.carillon.connection.carrier;

import dev.carillon.connection.session.Gateway;
import dev.carillon.connection.session.SessionLoops;
import dev.carillon.connection.v1.ConnectionServiceGrpc;
import io.grpc.BindableService;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;

/// Answers `ConnectionService.Connect`: the same frames as a WebSocket, on a gRPC stream.
public final class ConnectRpc implements BindableService {
  private final Gateway gateway;
  private final SessionLoops loops;
  private final ConnectionLimit limit;

  /// Streams of this gateway.
  public ConnectRpc(Gateway gateway, SessionLoops loops, ConnectionLimit limit) {
    this.gateway = gateway;
    this.loops = loops;
    this.limit = limit;
  }

  @Override
  public ServerServiceDefinition bindService() {
    FrameBytes bytes = new FrameBytes(gateway.config().limits().frameSize());
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
    GrpcCarrier carrier =
        new GrpcCarrier(
            (ServerCallStreamObserver<byte[]>) responses, gateway, loops.currentOrNext(), limit);
    carrier.begin();
    return carrier;
  }
}
