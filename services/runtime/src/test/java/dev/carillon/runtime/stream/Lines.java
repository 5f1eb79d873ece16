package dev.carillon.runtime.stream;

import dev.carillon.runtime.stream.OwnerItem.OwnerReply;
import dev.carillon.type.v1.Refusal;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// The protocol of a service that keeps lines of text, for tests whose channels carry objects.
final class Lines implements OwnerProtocol<String, String, List<Lines.Line>, Lines.Result> {
  private static final int FRAME = 10;

  /// A line on its way to the owner.
  record Line(long id, String text, boolean resend) {}

  /// What became of a line; without a refusal it is kept.
  record Result(long id, @Nullable Refusal refusal, boolean last) {}

  @Override
  public StreamObserver<List<Line>> open(Channel channel, StreamObserver<Result> responses) {
    return call(channel, responses);
  }

  @Override
  public @Nullable List<Line> encode(Items<String, String> items) {
    List<Line> frame = new ArrayList<>();
    while (frame.size() < FRAME) {
      OwnerItem<String, String> item = items.take();
      if (item == null) {
        break;
      }
      frame.add(new Line(item.id(), item.request(), item.isResend()));
    }
    return frame.isEmpty() ? null : frame;
  }

  @Override
  public void decode(Result result, Answers<String, String> answers) {
    OwnerItem<String, String> item = answers.item(result.id());
    Refusal refusal = result.refusal();
    if (item == null) {
      return;
    }
    if (refusal == null) {
      answers.answered(item, "kept " + item.request());
    } else if (result.last()) {
      answers.refused(item, refusal);
    } else {
      answers.again(item, refusal);
    }
  }

  /// A call for frames of any kind, over a channel that carries objects.
  static <Q, R> StreamObserver<Q> call(Channel channel, StreamObserver<R> responses) {
    MethodDescriptor<Q, R> method =
        MethodDescriptor.<Q, R>newBuilder(new None<>(), new None<>())
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .setFullMethodName("test/any")
            .build();
    return ClientCalls.asyncBidiStreamingCall(
        channel.newCall(method, CallOptions.DEFAULT), responses);
  }

  /// Notes the answer to a line.
  record Noting(String text, Queue<String> answers) implements OwnerReply<String> {
    @Override
    public void answered(String value) {
      answers.add(value);
    }

    @Override
    public void refused(Refusal refusal) {
      answers.add(text + ": " + refusal.getReason());
    }
  }

  private static final class None<T> implements MethodDescriptor.Marshaller<T> {
    @Override
    public InputStream stream(T value) {
      return new ByteArrayInputStream(new byte[0]);
    }

    @Override
    public T parse(InputStream stream) {
      throw new UnsupportedOperationException("objects are not carried as bytes");
    }
  }
}
