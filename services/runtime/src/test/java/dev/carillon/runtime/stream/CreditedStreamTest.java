package dev.carillon.runtime.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.stream.CreditedStream.OpenStreams;
import dev.carillon.type.v1.Message;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A stream at a server in this process, with no thread but the test's.
final class CreditedStreamTest {
  private static final int LIMIT = 4;
  private static final Message UNSENDABLE = Message.newBuilder().setSeq(-1).build();
  private static final MethodDescriptor<Message, Message> METHOD =
      MethodDescriptor.newBuilder(
              ProtoUtils.marshaller(Message.getDefaultInstance()), new Responses())
          .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
          .setFullMethodName("test/count")
          .build();

  private final String name = InProcessServerBuilder.generateName();
  private final ManagedChannel channel =
      InProcessChannelBuilder.forName(name).directExecutor().build();
  private final OpenStreams open = new OpenStreams();
  private final List<Counting> streams = new ArrayList<>();
  private @Nullable Server server;

  @BeforeEach
  void start() throws Exception {
    server =
        InProcessServerBuilder.forName(name)
            .directExecutor()
            .addService(
                ServerServiceDefinition.builder("test")
                    .addMethod(METHOD, ServerCalls.asyncBidiStreamingCall(this::begin))
                    .build())
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    Objects.requireNonNull(server).shutdownNow();
  }

  private StreamObserver<Message> begin(StreamObserver<Message> responses) {
    Counting stream = new Counting(responses);
    streams.add(stream);
    return open.begin(stream);
  }

  @Test
  void readsOnlyAsFarAsItHasAnswered() {
    Caller caller = new Caller(100);
    caller.send(10);
    assertThat(stream().received).hasSize(LIMIT);

    stream().reply(1);
    stream().reply(1);
    assertThat(stream().received).hasSize(LIMIT + 2);

    for (int i = 0; i < 8; i++) {
      stream().reply(1);
    }
    assertThat(stream().received).extracting(Message::getSeq).containsExactly(numbers(10));
    assertThat(caller.responses).isEqualTo(10);
  }

  @Test
  void readsNothingMoreWhileTheCallerDoesNotReadItsAnswers() {
    Caller caller = new Caller(1);
    caller.send(20);
    while (stream().received.size() > stream().answered) {
      stream().reply(1);
    }
    int read = stream().received.size();
    assertThat(read).isLessThan(20);

    caller.call.request(100);
    assertThat(stream().received.size()).isGreaterThan(read);
  }

  @Test
  void endsWithTheCallerOnceAllIsAnswered() {
    Caller caller = new Caller(100);
    caller.send(2);
    caller.call.halfClose();
    stream().reply(1);
    assertThat(caller.end).isNull();

    stream().reply(1);

    assertThat(caller.endCode()).isEqualTo(Status.Code.OK);
    assertThat(stream().ends).isEqualTo(1);
  }

  @Test
  void endsWhenItDrainsOnceAllIsAnswered() {
    Caller caller = new Caller(100);
    caller.send(2);
    open.drain();
    caller.send(1);
    assertThat(caller.end).isNull();
    stream().reply(1);
    stream().reply(1);

    assertThat(caller.refusal().is(RuntimeReason.SHUTTING_DOWN)).isTrue();
    assertThat(caller.responses).isEqualTo(2);
    assertThat(stream().received).hasSize(2);
    assertThat(stream().ends).isEqualTo(1);
  }

  @Test
  void endsAStreamAtOnceThatIsOpenedWhileItDrains() {
    open.drain();

    Caller late = new Caller(100);

    assertThat(late.refusal().is(RuntimeReason.SHUTTING_DOWN)).isTrue();
  }

  @Test
  void endsWithARefusal() {
    Caller caller = new Caller(100);
    Caller other = new Caller(100);
    streams.getFirst().refusing = true;
    caller.send(2);

    assertThat(caller.refusal().is(RuntimeReason.REQUEST_INVALID)).isTrue();
    assertThat(streams.getFirst().ends).isEqualTo(1);
    assertThat(other.end).isNull();
  }

  @Test
  void dropsAnswersToACallerThatIsGone() {
    Caller caller = new Caller(100);
    caller.send(2);
    caller.call.cancel("gone", null);
    assertThat(stream().ends).isEqualTo(1);

    stream().reply(1);
    open.drain();

    assertThat(stream().ends).isEqualTo(1);
    assertThat(caller.responses).isZero();
  }

  @Test
  void endsWhenAnAnswerCannotBeSent() {
    Caller caller = new Caller(100);
    caller.send(2);
    stream().answer(UNSENDABLE, 1);
    assertThat(stream().ends).isEqualTo(1);
    assertThat(caller.endCode()).isNotEqualTo(Status.Code.OK);

    stream().reply(1);

    assertThat(stream().ends).isEqualTo(1);
    assertThat(caller.responses).isZero();
  }

  private Counting stream() {
    return streams.getLast();
  }

  private static Long[] numbers(int count) {
    Long[] numbers = new Long[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (long) i;
    }
    return numbers;
  }

  /// The form of answers, one of which has none.
  private static final class Responses implements MethodDescriptor.Marshaller<Message> {
    private final MethodDescriptor.Marshaller<Message> all =
        ProtoUtils.marshaller(Message.getDefaultInstance());

    @Override
    public InputStream stream(Message answer) {
      if (answer.equals(UNSENDABLE)) {
        throw new AssertionError("on purpose");
      }
      return all.stream(answer);
    }

    @Override
    public Message parse(InputStream answer) {
      return all.parse(answer);
    }
  }

  /// Keeps what comes and answers when the test says so.
  private static final class Counting extends CreditedStream<Message, Message> {
    private final List<Message> received = new ArrayList<>();
    private boolean refusing;
    private int answered;
    private int ends;

    Counting(StreamObserver<Message> caller) {
      super(caller, LIMIT);
    }

    void reply(int weight) {
      answered += weight;
      answer(Message.getDefaultInstance(), weight);
    }

    @Override
    protected void received(Message frame) {
      if (refusing) {
        throw new Refusal(RuntimeReason.REQUEST_INVALID, "refused by the test");
      }
      received.add(frame);
    }

    @Override
    protected void onEnded() {
      ends++;
    }
  }

  /// A caller who takes so many answers.
  private final class Caller extends ClientCall.Listener<Message> {
    private final ClientCall<Message, Message> call = channel.newCall(METHOD, CallOptions.DEFAULT);
    private int sent;
    private int responses;
    private @Nullable Refusal end;
    private Status.@Nullable Code code;

    Caller(int answers) {
      call.start(this, new Metadata());
      call.request(answers);
    }

    void send(int count) {
      for (int i = 0; i < count; i++) {
        call.sendMessage(Message.newBuilder().setSeq(sent++).build());
      }
    }

    Refusal refusal() {
      return Objects.requireNonNull(end, "the stream goes on");
    }

    Status.Code endCode() {
      return Objects.requireNonNull(code, "the stream goes on");
    }

    @Override
    public void onMessage(Message message) {
      responses++;
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      code = status.getCode();
      end = Refusals.of(status.asRuntimeException(trailers));
    }
  }
}
