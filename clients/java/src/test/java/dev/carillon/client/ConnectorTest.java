package dev.carillon.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.client.transport.Endpoints;
import dev.carillon.client.transport.Transport;
import dev.carillon.connection.v1.Goodbye;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Welcome;
import dev.carillon.type.v1.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ConnectorTest {
  private static final long PATIENCE_SECONDS = 10;

  private final ScriptedGateway gateway = new ScriptedGateway();
  private final BlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
  private final List<CarillonException> ends = new ArrayList<>();

  private final AtomicInteger tokens = new AtomicInteger();
  private final Connector connector = new Connector(options(), loop::add, new Ends());
  private boolean closed;

  @Test
  void doesNotEndAgainWhenATokenComesAfterTheEnd() throws InterruptedException {
    connector.connect();
    runNext();
    ScriptedGateway.Connection connection = gateway.nextConnection();
    runNext();
    connection.hello();
    connection.say(
        ServerFrame.newBuilder()
            .setGoodbye(
                Goodbye.newBuilder().setRefusal(Refusal.newBuilder().setReason("TOKEN_INVALID")))
            .build());
    while (!closed) {
      runNext();
    }
    runNext();
    assertThat(tokens).hasValue(2);
    assertThat(ends).isEmpty();
  }

  /// The client is closed while the supplier looks for a second token, and finds the first again.
  private String token() {
    if (tokens.incrementAndGet() == 2) {
      loop.add(() -> {
        connector.close();
        closed = true;
      });
    }
    return "token";
  }

  private ClientOptions options() {
    return new ClientOptions(
        List.of(Endpoints.parse("gateway:1")),
        this::token,
        "phone",
        "",
        new InMemoryCursorStore(),
        message -> {},
        InitialHistory.ALL,
        true,
        Duration.ofSeconds(1),
        gateway);
  }

  private void runNext() throws InterruptedException {
    Runnable task = loop.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(task).as("a task of the loop").isNotNull();
    java.util.Objects.requireNonNull(task).run();
  }

  /// Remembers the ends.
  private final class Ends implements Connector.Events {
    @Override
    public void welcomed(Transport transport, Welcome welcome) {
      throw new AssertionError("welcomed");
    }

    @Override
    public void received(ServerFrame frame) {
      throw new AssertionError(frame);
    }

    @Override
    public void lost() {
      throw new AssertionError("lost");
    }

    @Override
    public void ended(CarillonException cause) {
      ends.add(cause);
    }
  }
}
