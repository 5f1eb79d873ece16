package dev.carillon.bench.rpc;

import dev.carillon.bench.machine.Jvm;
import dev.carillon.sequence.v1.Block;
import dev.carillon.sequence.v1.Grant;
import dev.carillon.sequence.v1.NextNumbersRequest;
import dev.carillon.sequence.v1.NextNumbersResponse;
import dev.carillon.sequence.v1.ReserveRequest;
import dev.carillon.sequence.v1.ReserveResponse;
import dev.carillon.sequence.v1.SequenceServiceGrpc;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/// A process that answers every reservation and every call for a number from a counter: the least
/// that a gRPC stream or call can cost, with the same messages, the same executor and a JVM of the
/// same kind. It ends with this process.
///
/// @param address `host:port` that it serves on
public record Echo(Jvm jvm, String address) implements AutoCloseable {
  private static final List<String> HEAP = List.of("-Xms16m", "-Xmx256m");

  /// Starts it and returns when it serves.
  public static Echo start() {
    Jvm jvm = Jvm.start(HEAP, Echo.class);
    return new Echo(jvm, "127.0.0.1:" + jvm.answer());
  }

  /// Serves until its standard input ends; prints its port first.
  public static void main(String[] arguments) throws IOException {
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))
            .directExecutor()
            .addService(new Service())
            .build()
            .start();
    System.out.println(server.getPort());
    while (System.in.read() >= 0) {}
    server.shutdownNow();
  }

  @Override
  public void close() {
    jvm.close();
  }

  /// The service without the work.
  private static final class Service extends SequenceServiceGrpc.SequenceServiceImplBase {
    private static final int BLOCK = 64;

    private final AtomicLong number = new AtomicLong();

    @Override
    public void nextNumbers(
        NextNumbersRequest request, StreamObserver<NextNumbersResponse> caller) {
      long next = number.incrementAndGet();
      caller.onNext(
          NextNumbersResponse.newBuilder()
              .setBlock(Block.newBuilder().setFirst(next).setLast(next))
              .build());
      caller.onCompleted();
    }

    @Override
    public StreamObserver<ReserveRequest> reserve(StreamObserver<ReserveResponse> caller) {
      return new StreamObserver<>() {
        private long next = 1;

        @Override
        public void onNext(ReserveRequest request) {
          ReserveResponse.Builder answer =
              ReserveResponse.newBuilder().setRequestId(request.getRequestId());
          for (int i = 0; i < request.getReservationsCount(); i++) {
            answer.addGrants(
                Grant.newBuilder()
                    .setBlock(Block.newBuilder().setFirst(next).setLast(next + BLOCK - 1)));
            next += BLOCK;
          }
          caller.onNext(answer.build());
        }

        @Override
        public void onError(Throwable gone) {}

        @Override
        public void onCompleted() {
          caller.onCompleted();
        }
      };
    }
  }
}
