package dev.carillon.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.ConnectionServiceGrpc.ConnectionServiceImplBase;
import dev.carillon.connection.v1.Heartbeat;
import dev.carillon.connection.v1.HeartbeatAck;
import dev.carillon.connection.v1.ServerFrame;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GrpcConnectionTest {
  private static final long BREAKS = 13;

  private final AtomicInteger streams = new AtomicInteger();
  private final Server server = serve();

  @AfterEach
  void stop() {
    server.shutdownNow();
  }

  @Test
  void carriesFramesBothWaysInOrder() {
    Heard heard = new Heard();
    WireConnection connection = open(heard);
    await().until(() -> heard.opened.get() == 1);
    for (int token = 1; token <= 3; token++) {
      connection.send(beat(token));
    }

    await().untilAsserted(() -> assertThat(heard.tokens).containsExactly(1L, 2L, 3L));
    connection.abort();
    assertThat(heard.ends).isEmpty();
  }

  @Test
  void aBrokenStreamIsABrokenConnection() {
    Heard heard = new Heard();
    WireConnection broken = open(heard);
    broken.send(beat(BREAKS));
    await().until(() -> !heard.ends.isEmpty());
    broken.send(beat(1));
    Heard next = new Heard();
    WireConnection another = open(next);
    another.send(beat(2));
    await().untilAsserted(() -> assertThat(next.tokens).containsExactly(2L));
    another.abort();

    assertThat(streams).hasValue(2);
    assertThat(heard.opened).hasValue(1);
    assertThat(heard.ends).hasSize(1);
    assertThat(heard.tokens).isEmpty();
  }

  @Test
  void tellsThatNobodyIsThere() {
    Heard heard = new Heard();
    GrpcConnection.open("127.0.0.1:1", heard);

    await().untilAsserted(() -> assertThat(heard.ends).hasSize(1));
    assertThat(heard.opened).hasValue(0);
  }

  @Test
  void readsNothingWhileItIsNotToRead() {
    Heard heard = new Heard();
    WireConnection connection = open(heard);
    connection.reads(false);
    connection.send(beat(1));
    connection.send(beat(2));
    await().untilAsserted(() -> assertThat(heard.tokens).containsExactly(1L));
    await().during(Duration.ofMillis(50)).until(() -> heard.tokens.size() == 1);
    connection.reads(true);

    await().untilAsserted(() -> assertThat(heard.tokens).containsExactly(1L, 2L));
    connection.abort();
  }

  private WireConnection open(Heard heard) {
    return GrpcConnection.open("127.0.0.1:" + server.getPort(), heard);
  }

  private Server serve() {
    try {
      return NettyServerBuilder.forAddress(
              new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))
          .addService(new Beats())
          .build()
          .start();
    } catch (IOException e) {
      throw new IllegalStateException("no server", e);
    }
  }

  private static ClientFrame beat(long token) {
    return ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setToken(token)).build();
  }

  /// Answers every heartbeat but one.
  private final class Beats extends ConnectionServiceImplBase {
    @Override
    public StreamObserver<ClientFrame> connect(StreamObserver<ServerFrame> answers) {
      streams.incrementAndGet();
      return new StreamObserver<>() {
        @Override
        public void onNext(ClientFrame frame) {
          long token = frame.getHeartbeat().getToken();
          if (token == BREAKS) {
            answers.onError(Status.UNAVAILABLE.asException());
            return;
          }
          HeartbeatAck.Builder ack = HeartbeatAck.newBuilder().setToken(token);
          answers.onNext(ServerFrame.newBuilder().setHeartbeatAck(ack).build());
        }

        @Override
        public void onError(Throwable gone) {
          // The device left.
        }

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }
  }

  /// What a device was told.
  private static final class Heard implements WireConnection.Events {
    private final AtomicInteger opened = new AtomicInteger();
    private final List<Long> tokens = new CopyOnWriteArrayList<>();
    private final List<String> ends = new CopyOnWriteArrayList<>();

    @Override
    public void opened() {
      opened.incrementAndGet();
    }

    @Override
    public void received(ServerFrame frame) {
      tokens.add(frame.getHeartbeatAck().getToken());
    }

    @Override
    public void closed(String why) {
      ends.add(why);
    }
  }
}
