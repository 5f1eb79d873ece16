package dev.carillon.runtime.discovery;

import io.grpc.BindableService;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/// A gRPC service of one call that answers a text with a text: for tests of who is reached.
public final class WhoServer {
  private static final MethodDescriptor<String, String> ASK =
      MethodDescriptor.<String, String>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("test.Who/Ask")
          .setRequestMarshaller(new Utf8())
          .setResponseMarshaller(new Utf8())
          .build();

  private WhoServer() {}

  /// The service; `answer` may throw what a service throws.
  public static BindableService answering(UnaryOperator<String> answer) {
    return () ->
        ServerServiceDefinition.builder("test.Who")
            .addMethod(
                ASK,
                ServerCalls.asyncUnaryCall((question, observer) -> {
                  String text;
                  try {
                    text = answer.apply(question);
                  } catch (RuntimeException e) {
                    observer.onError(e);
                    return;
                  }
                  observer.onNext(text);
                  observer.onCompleted();
                }))
            .build();
  }

  /// Asks, and blocks for the answer.
  public static String ask(Channel channel, String question, Deadline deadline) {
    return ClientCalls.blockingUnaryCall(
        channel, ASK, CallOptions.DEFAULT.withDeadline(deadline), question);
  }

  /// Texts as UTF-8.
  private static final class Utf8 implements MethodDescriptor.Marshaller<String> {
    @Override
    public InputStream stream(String value) {
      return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String parse(InputStream stream) {
      try {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
