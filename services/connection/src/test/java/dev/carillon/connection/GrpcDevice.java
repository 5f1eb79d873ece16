package dev.carillon.connection;

import dev.carillon.connection.v1.ConnectionServiceGrpc;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// A device on a gRPC stream of a shared channel.
final class GrpcDevice extends Device {
  private static final MethodDescriptor<byte[], byte[]> CONNECT =
      ConnectionServiceGrpc.getConnectMethod().toBuilder(new Bytes(), new Bytes()).build();

  private final StreamObserver<byte[]> stream;

  GrpcDevice(ManagedChannel channel) {
    stream =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(CONNECT, CallOptions.DEFAULT),
            new StreamObserver<>() {
              @Override
              public void onNext(byte[] frame) {
                hear(frame);
              }

              @Override
              public void onError(Throwable failure) {
                end();
              }

              @Override
              public void onCompleted() {
                end();
              }
            });
  }

  @Override
  void sendBytes(byte[] bytes) {
    stream.onNext(bytes);
  }

  @Override
  public void close() {
    if (!isEnded()) {
      stream.onError(io.grpc.Status.CANCELLED.asException());
    }
  }

  /// Frames as they are on the wire, so that a test can send what is none.
  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] bytes) {
      return new ByteArrayInputStream(bytes);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
