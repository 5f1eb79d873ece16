package dev.carillon.message.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.connection.v1.DeliverRequest;
import dev.carillon.connection.v1.DeliverResponse;
import dev.carillon.connection.v1.Delivery;
import dev.carillon.connection.v1.DeliveryServiceGrpc.DeliveryServiceImplBase;
import dev.carillon.message.rig.RecordingGateway;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.type.v1.Message;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class GrpcGatewayLinkTest {
  private static final int TOO_MANY = 100_000;

  private final String name = InProcessServerBuilder.generateName();
  private final Gateway gateway = new Gateway();
  private final FanOutMetrics metrics = new FanOutMetrics(Metrics.none());
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final ManagedChannel channel =
      InProcessChannelBuilder.forName(name).directExecutor().build();
  private final GrpcGatewayLink link =
      new GrpcGatewayLink(
          "gateway-1", () -> channel, metrics, timer, System::nanoTime, BatchInterval.NONE);
  private Server server;

  @BeforeEach
  void start() throws Exception {
    server =
        InProcessServerBuilder.forName(name).directExecutor().addService(gateway).build().start();
  }

  @AfterEach
  void stop() {
    link.close();
    channel.shutdownNow();
    server.shutdownNow();
    timer.shutdownNow();
  }

  private static List<Delivery> deliveries(long from, long to) {
    return LongStream.rangeClosed(from, to)
        .mapToObj(seq ->
            Delivery.newBuilder()
                .setMessage(Message.newBuilder().setSeq(seq).build().toByteString())
                .addUserIds("ann")
                .build())
        .toList();
  }

  private static Long[] numbers(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toArray(Long[]::new);
  }

  @Test
  void opensNoStreamBeforeThereIsSomethingToSay() {
    assertThat(gateway.streams).isEmpty();

    link.deliver(deliveries(1, 1));

    assertThat(gateway.streams).hasSize(1);
    assertThat(gateway.seqs).containsExactly(1L);
  }

  @Test
  void dropsAndCountsWhatAGatewayThatDoesNotAnswerCannotTake() {
    gateway.answering = false;

    for (int i = 0; i < TOO_MANY; i += 100) {
      link.deliver(deliveries(i + 1, i + 100));
    }

    assertThat(link.waiting()).isEqualTo(20_000);
    assertThat(gateway.seqs.size() + link.waiting() + metrics.full.value()).isEqualTo(TOO_MANY);
    assertThat(gateway.seqs).hasSize(64 * 100);
  }

  @Test
  void goesOnWhenTheGatewayAnswersAgain() {
    gateway.answering = false;
    for (int i = 1; i <= 100; i++) {
      link.deliver(deliveries(i, i));
    }
    assertThat(gateway.seqs).hasSize(64);

    gateway.answerAll();

    assertThat(gateway.seqs).containsExactly(numbers(1, 100));
  }

  @Test
  void sendsAgainInOrderWhatABrokenStreamDidNotAnswer() {
    gateway.answering = false;
    link.deliver(deliveries(1, 3));
    link.deliver(deliveries(4, 5));
    gateway.seqs.clear();

    gateway.answering = true;
    gateway.streams.getFirst().onError(Status.UNAVAILABLE.asRuntimeException());
    link.deliver(deliveries(6, 6));

    await().until(() -> gateway.seqs.size() == 6);
    assertThat(gateway.seqs).containsExactly(numbers(1, 6));
    assertThat(gateway.streams).hasSize(2);
  }

  @Test
  void aBatchThatTheGatewayFindsMalformedIsNotSentForEver() {
    gateway.answering = false;
    link.deliver(deliveries(1, 3));
    gateway.seqs.clear();

    gateway.answering = true;
    gateway.streams.getFirst().onError(Status.INVALID_ARGUMENT.asRuntimeException());
    link.deliver(deliveries(4, 4));

    await().until(() -> gateway.seqs.size() == 1);
    assertThat(gateway.seqs).containsExactly(4L);
    assertThat(metrics.gone.value()).isEqualTo(3);
  }

  @Test
  void dropsAndCountsEverythingOnceTheGatewayIsGone() {
    gateway.answering = false;
    for (int i = 1; i <= 70; i++) {
      link.deliver(deliveries(i, i));
    }

    link.close();
    link.deliver(deliveries(71, 72));

    assertThat(metrics.gone.value()).isEqualTo(6 + 2);
    assertThat(gateway.completed).hasValue(1);
  }

  /// A gateway that may hold its answers back.
  private static final class Gateway extends DeliveryServiceImplBase {
    private final List<StreamObserver<DeliverResponse>> streams = new CopyOnWriteArrayList<>();
    private final List<Long> seqs = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Long> unanswered = new LinkedBlockingQueue<>();
    private volatile boolean answering = true;
    private final AtomicInteger completed = new AtomicInteger();

    void answerAll() {
      answering = true;
      for (Long batch = unanswered.poll(); batch != null; batch = unanswered.poll()) {
        answer(streams.getLast(), batch);
      }
    }

    private static void answer(StreamObserver<DeliverResponse> stream, long batch) {
      stream.onNext(DeliverResponse.newBuilder().setBatchId(batch).build());
    }

    @Override
    public StreamObserver<DeliverRequest> deliver(StreamObserver<DeliverResponse> responses) {
      streams.add(responses);
      return new StreamObserver<>() {
        @Override
        public void onNext(DeliverRequest batch) {
          batch
              .getDeliveriesList()
              .forEach(each -> seqs.add(RecordingGateway.message(each).getSeq()));
          if (answering) {
            answer(responses, batch.getBatchId());
          } else {
            unanswered.add(batch.getBatchId());
          }
        }

        @Override
        public void onError(Throwable failure) {
          streams.remove(responses);
        }

        @Override
        public void onCompleted() {
          completed.incrementAndGet();
          responses.onCompleted();
        }
      };
    }
  }
}
