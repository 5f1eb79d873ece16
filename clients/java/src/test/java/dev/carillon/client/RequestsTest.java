package dev.carillon.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.client.CarillonException.Kind;
import dev.carillon.client.transport.Transport;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.History;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.type.v1.Refusal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class RequestsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Deque<Long> sent = new ArrayDeque<>();

  /// The test's thread is the loop, and what a timer brings is never run: the pause does not end.
  private final Requests requests = new Requests(task -> {});

  RequestsTest() {
    requests.connected(new Line(), 10);
  }

  @Test
  void failsWhatWaitsToBeRepeatedWhenItIsClosed() {
    CompletableFuture<ServerFrame> alone = submit(null);
    CompletableFuture<ServerFrame> first = submit("queue");
    CompletableFuture<ServerFrame> behindIt = submit("queue");
    refuseForNow(sent.remove());
    refuseForNow(sent.remove());

    CarillonException end = new CarillonException(Kind.CLOSED, "CLOSED", "the client was closed");
    requests.close(end);

    assertThat(alone)
        .failsWithin(PATIENCE)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isEqualTo(end);
    assertThat(first)
        .failsWithin(PATIENCE)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isEqualTo(end);
    assertThat(behindIt)
        .failsWithin(PATIENCE)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isEqualTo(end);
    assertThat(submit(null))
        .failsWithin(PATIENCE)
        .withThrowableOfType(ExecutionException.class)
        .havingCause()
        .isEqualTo(end);
  }

  private CompletableFuture<ServerFrame> submit(@Nullable String queue) {
    return requests.submit(
        (id, resend) ->
            ClientFrame.newBuilder().setHistory(History.newBuilder().setRequestId(id)).build(),
        queue,
        Duration.ofSeconds(20));
  }

  private void refuseForNow(long requestId) {
    requests.refused(
        requestId, Refusal.newBuilder().setReason("OVERLOADED").setRetryable(true).build());
  }

  /// Takes every frame.
  private final class Line implements Transport {
    @Override
    public void send(ClientFrame frame) {
      sent.add(frame.getHistory().getRequestId());
    }

    @Override
    public void close() {
      sent.clear();
    }
  }
}
