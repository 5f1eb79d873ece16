package dev.carillon.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.protobuf.ByteString;
import dev.carillon.runtime.errors.ForeignReason;
import dev.carillon.runtime.errors.Kind;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.lifecycle.Closer;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.settings.HostPort;
import dev.carillon.runtime.telemetry.Telemetry;
import dev.carillon.runtime.telemetry.TelemetryConfig;
import dev.carillon.sequence.v1.NextNumbersRequest;
import dev.carillon.sequence.v1.NextNumbersResponse;
import dev.carillon.sequence.v1.ReserveRequest;
import dev.carillon.sequence.v1.ReserveResponse;
import dev.carillon.sequence.v1.SequenceServiceGrpc;
import dev.carillon.sequence.v1.SequenceServiceGrpc.SequenceServiceBlockingStub;
import io.grpc.BindableService;
import io.grpc.ConnectivityState;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class GrpcServerTest {
  private final Closer closer = new Closer();
  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final Telemetry telemetry =
      closer.add(
          Telemetry.start(
              new TelemetryConfig("test", "t1", Optional.empty(), 1),
              List.of(SimpleSpanProcessor.create(spans))));
  private final EventLoops loops = closer.add(EventLoops.share());
  private final Channels channels =
      closer.add(new Channels(loops, ChannelConfig.local(), telemetry, System::nanoTime));
  private final Health health = new Health();

  @AfterEach
  void close() {
    closer.close();
  }

  @Test
  void answersARefusalWithItsReasonMetadataAndAdvice() {
    SequenceServiceBlockingStub stub =
        stub(request -> {
          throw new Refusal(
                  new ForeignReason("SLOT_MOVED", Kind.UNAVAILABLE),
                  "slot 7 moved",
                  Map.of("owner", "s2"))
              .retryAfter(Duration.ofMillis(1_500));
        });

    Throwable failure = catchThrowable(() -> stub.nextNumbers(ScriptedSequence.REQUEST));

    assertThat(Status.fromThrowable(failure).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    Refusal refusal = Refusals.of(failure);
    assertThat(refusal.reason()).isEqualTo(new ForeignReason("SLOT_MOVED", Kind.UNAVAILABLE));
    assertThat(refusal.text()).isEqualTo("slot 7 moved");
    assertThat(refusal.metadata()).isEqualTo(Map.of("owner", "s2"));
    assertThat(refusal.retryAfter()).contains(Duration.ofMillis(1_500));
  }

  @Test
  void keepsTheKindOfEveryRefusal() {
    AtomicReference<Kind> kind = new AtomicReference<>(Kind.INVALID);
    SequenceServiceBlockingStub stub =
        stub(request -> {
          throw new Refusal(new ForeignReason("SOME_REASON", kind.get()), "no");
        });

    for (Kind one : Kind.values()) {
      kind.set(one);
      Refusal refusal =
          Refusals.of(catchThrowable(() -> stub.nextNumbers(ScriptedSequence.REQUEST)));
      assertThat(refusal.reason()).isEqualTo(new ForeignReason("SOME_REASON", one));
    }
  }

  @Test
  void answersWhatNobodyForesawWithoutDetails() {
    SequenceServiceBlockingStub stub =
        stub(request -> {
          throw new IllegalStateException("secret detail");
        });

    Throwable failure = catchThrowable(() -> stub.nextNumbers(ScriptedSequence.REQUEST));

    assertThat(Status.fromThrowable(failure).getCode()).isEqualTo(Status.Code.INTERNAL);
    assertThat(failure).hasMessageNotContaining("secret");
    assertThat(Refusals.of(failure).is(RuntimeReason.UNEXPECTED)).isTrue();
  }

  @Test
  void refusesARequestThatBreaksTheContractBeforeTheMethodSeesIt() {
    AtomicInteger calls = new AtomicInteger();
    SequenceServiceBlockingStub stub = stub(request -> (long) calls.incrementAndGet());
    NextNumbersRequest tooLong =
        NextNumbersRequest.newBuilder().setKey(ByteString.copyFrom(new byte[65])).build();

    Throwable failure = catchThrowable(() -> stub.nextNumbers(tooLong));

    assertThat(Status.fromThrowable(failure).getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    Refusal refusal = Refusals.of(failure);
    assertThat(refusal.is(RuntimeReason.REQUEST_INVALID)).isTrue();
    assertThat(refusal.metadata()).containsEntry("field", "key").containsKey("rule");
    assertThat(calls).hasValue(0);
  }

  @Test
  void runsUnaryMethodsOnVirtualThreadsAndStreamsOnTheLoop() throws InterruptedException {
    AtomicReference<Thread> unary = new AtomicReference<>();
    AtomicReference<Thread> stream = new AtomicReference<>();
    ManagedChannel channel =
        serve(
            new ScriptedSequence(
                request -> {
                  unary.set(Thread.currentThread());
                  return 1L;
                },
                request -> stream.set(Thread.currentThread())));
    SequenceServiceGrpc.newBlockingStub(channel).nextNumbers(ScriptedSequence.REQUEST);
    RecordingObserver<ReserveResponse> answers = new RecordingObserver<>();
    StreamObserver<ReserveRequest> requests =
        SequenceServiceGrpc.newStub(Channels.onLoop(channel)).reserve(answers);
    requests.onNext(ReserveRequest.newBuilder().setRequestId(7).build());

    assertThat(answers.next().getRequestId()).isEqualTo(7);
    assertThat(unary.get().isVirtual()).isTrue();
    assertThat(stream.get().getName()).startsWith("loop-");
    assertThat(answers.thread()).startsWith("loop-");
    requests.onCompleted();
    assertThat(answers.end()).isNull();
  }

  @Test
  void endsAStreamWithTheRefusalItsServiceThrows() {
    ManagedChannel channel =
        serve(
            new ScriptedSequence(
                request -> 1L,
                request -> {
                  throw new Refusal(RuntimeReason.SHUTTING_DOWN, "draining");
                }));
    RecordingObserver<ReserveResponse> answers = new RecordingObserver<>();
    SequenceServiceGrpc.newStub(channel)
        .reserve(answers)
        .onNext(ReserveRequest.getDefaultInstance());

    @Nullable Throwable end = answers.end();

    assertThat(end).isNotNull();
    assertThat(Refusals.of(end).is(RuntimeReason.SHUTTING_DOWN)).isTrue();
  }

  @Test
  void refusesCallsBeyondTheLimitAndTakesThemAgainLater() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    GrpcServerConfig one =
        new GrpcServerConfig(
            new HostPort("127.0.0.1", 0), false, 1 << 20, 1, Duration.ofSeconds(10), Duration.ZERO);
    ManagedChannel channel =
        serve(
            one,
            ScriptedSequence.answering(request -> {
              entered.countDown();
              await(release);
              return 1L;
            }));
    SequenceServiceBlockingStub stub = SequenceServiceGrpc.newBlockingStub(channel);
    CompletableFuture<NextNumbersResponse> first =
        CompletableFuture.supplyAsync(() -> stub.nextNumbers(ScriptedSequence.REQUEST));
    assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();

    Refusal refusal = Refusals.of(catchThrowable(() -> stub.nextNumbers(ScriptedSequence.REQUEST)));
    release.countDown();

    assertThat(refusal.is(RuntimeReason.OVERLOADED)).isTrue();
    assertThat(refusal.retryAfter()).isPresent();
    assertThat(first.get(60, TimeUnit.SECONDS).getBlock().getFirst()).isEqualTo(1);
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() ->
            assertThat(stub.nextNumbers(ScriptedSequence.REQUEST).getBlock().getFirst())
                .isEqualTo(1));
  }

  @Test
  void givesACallWithoutDeadlineTheDefaultAndPassesItOn() {
    AtomicReference<@Nullable Long> left = new AtomicReference<>();
    ManagedChannel channel =
        serve(
            ScriptedSequence.answering(request -> {
              io.grpc.@Nullable Deadline deadline = Context.current().getDeadline();
              left.set(deadline == null ? null : deadline.timeRemaining(TimeUnit.SECONDS));
              return 1L;
            }));

    SequenceServiceGrpc.newBlockingStub(channel).nextNumbers(ScriptedSequence.REQUEST);

    assertThat(left.get()).isNotNull().isBetween(0L, 120L);
  }

  @Test
  void tellsAnUnreachablePeerAndAnOverrunDeadlineAsRefusals() {
    CountDownLatch release = new CountDownLatch(1);
    SequenceServiceBlockingStub slow =
        stub(request -> {
          await(release);
          return 1L;
        });
    SequenceServiceBlockingStub nobody =
        SequenceServiceGrpc.newBlockingStub(channels.to("127.0.0.1:1"));

    Refusal late =
        Refusals.of(
            catchThrowable(() ->
                slow.withDeadlineAfter(50, TimeUnit.MILLISECONDS)
                    .nextNumbers(ScriptedSequence.REQUEST)));
    Refusal away = Refusals.of(catchThrowable(() -> nobody.nextNumbers(ScriptedSequence.REQUEST)));
    release.countDown();

    assertThat(late.is(RuntimeReason.DEADLINE_EXCEEDED)).isTrue();
    assertThat(away.is(RuntimeReason.PEER_UNAVAILABLE)).isTrue();
    assertThat(away.retryable()).isTrue();
  }

  @Test
  void saysByTheHealthProtocolWhatHealthSays() {
    ManagedChannel channel = serve(ScriptedSequence.answering(request -> 1L));
    HealthGrpc.HealthBlockingStub stub = HealthGrpc.newBlockingStub(channel);
    HealthCheckRequest request =
        HealthCheckRequest.newBuilder().setService(SequenceServiceGrpc.SERVICE_NAME).build();

    assertThat(stub.check(request).getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
    health.started();
    assertThat(stub.check(request).getStatus()).isEqualTo(ServingStatus.SERVING);
    health.draining();
    assertThat(stub.check(request).getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
  }

  @Test
  void closesAConnectionOfAStrangerThatAsksNothing() {
    GrpcServer server =
        closer.add(
            GrpcServer.builder(GrpcServerConfig.local(), loops, health, telemetry)
                .streams(ScriptedSequence.answering(request -> 1L))
                .toStrangers(Duration.ofSeconds(1))
                .start());
    // Not one of ours, which connect again at once.
    ManagedChannel channel =
        ManagedChannelBuilder.forTarget(server.hostPort()).usePlaintext().build();
    closer.add(channel::shutdownNow);
    SequenceServiceGrpc.newBlockingStub(channel).nextNumbers(ScriptedSequence.REQUEST);

    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> channel.getState(false) == ConnectivityState.IDLE);
  }

  @Test
  void continuesTheTraceOfItsCaller() {
    AtomicReference<String> inside = new AtomicReference<>("");
    SequenceServiceBlockingStub stub =
        stub(request -> {
          inside.set(Span.current().getSpanContext().getTraceId());
          return 1L;
        });
    Span caller = telemetry.tracer().spanBuilder("caller").startSpan();

    try (Scope scope = caller.makeCurrent()) {
      stub.nextNumbers(ScriptedSequence.REQUEST);
    }
    caller.end();

    assertThat(inside.get()).isEqualTo(caller.getSpanContext().getTraceId());
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> spans.getFinishedSpanItems().size() == 3);
    assertThat(spans.getFinishedSpanItems())
        .extracting(SpanData::getTraceId)
        .containsOnly(caller.getSpanContext().getTraceId());
  }

  @Test
  void measuresCallsByMethodAndCode() {
    stub(request -> 1L).nextNumbers(ScriptedSequence.REQUEST);

    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() ->
            assertThat(telemetry.prometheusText())
                .contains(
                    "carillon_test_grpc_server_duration_seconds_count{code=\"OK\","
                        + "method=\"carillon.sequence.v1.SequenceService/NextNumbers\"} 1\n"));
  }

  @Test
  void letsCallsInFlightFinishWhenItDrains() throws Exception {
    CountDownLatch entered = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    GrpcServer server =
        start(
            GrpcServerConfig.local(),
            ScriptedSequence.answering(request -> {
              entered.countDown();
              await(release);
              return 9L;
            }));
    SequenceServiceBlockingStub stub =
        SequenceServiceGrpc.newBlockingStub(channels.to(server.hostPort()));
    CompletableFuture<NextNumbersResponse> inFlight =
        CompletableFuture.supplyAsync(() -> stub.nextNumbers(ScriptedSequence.REQUEST));
    assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();

    CompletableFuture<?> drained =
        CompletableFuture.runAsync(() -> drain(server, Duration.ofSeconds(30)));
    release.countDown();

    assertThat(inFlight.get(60, TimeUnit.SECONDS).getBlock().getFirst()).isEqualTo(9);
    drained.get(60, TimeUnit.SECONDS);
    assertThat(catchThrowable(() -> stub.nextNumbers(ScriptedSequence.REQUEST)))
        .isInstanceOf(StatusRuntimeException.class);
  }

  private SequenceServiceBlockingStub stub(Function<NextNumbersRequest, Long> unary) {
    return SequenceServiceGrpc.newBlockingStub(serve(ScriptedSequence.answering(unary)));
  }

  private ManagedChannel serve(BindableService service) {
    return serve(GrpcServerConfig.local(), service);
  }

  private ManagedChannel serve(GrpcServerConfig config, BindableService service) {
    return channels.to(start(config, service).hostPort());
  }

  private GrpcServer start(GrpcServerConfig config, BindableService service) {
    return closer.add(
        GrpcServer.builder(config, loops, health, telemetry).streams(service).start());
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void drain(GrpcServer server, Duration limit) {
    try {
      server.drain(limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
