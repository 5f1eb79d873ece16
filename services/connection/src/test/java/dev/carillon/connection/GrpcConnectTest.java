package dev.carillon.connection;

/// The protocol on gRPC streams.
final class GrpcConnectTest extends ConnectContract {
  @Override
  Device connect(TestGateway gateway) {
    return gateway.grpc();
  }
}
