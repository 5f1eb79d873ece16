package dev.carillon.bench.rpc;

import dev.carillon.bench.load.Calls;
import dev.carillon.message.v1.AppendRequest;
import dev.carillon.message.v1.AppendResponse;
import dev.carillon.message.v1.AppendResult;
import dev.carillon.message.v1.MessageServiceGrpc;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Appends over one stream, each message in a request of its own, so that it leaves when it is due.
public final class AppendCalls implements Calls, AutoCloseable {
  private final AppendItems items;
  private final Map<Long, Answer> open = new ConcurrentHashMap<>();
  private final Channels channel;
  private final StreamObserver<AppendRequest> stream;

  /// Opens the stream.
  ///
  /// @param address `host:port` of the message service
  /// @param conversations how many direct conversations messages are of, in turn
  public AppendCalls(String address, int conversations, String text) {
    this.items = new AppendItems(System.nanoTime(), conversations, text);
    this.channel = new Channels(address, 1);
    this.stream = MessageServiceGrpc.newStub(channel.all().getFirst()).append(new Answers());
  }

  /// Numbers must grow, and come from one thread.
  @Override
  public void call(int number, Answer answer) {
    open.put((long) number, answer);
    stream.onNext(AppendRequest.newBuilder().addItems(items.item(number)).build());
  }

  @Override
  public void close() {
    channel.close();
  }

  /// What comes back; one at a time.
  private final class Answers implements StreamObserver<AppendResponse> {
    @Override
    public void onNext(AppendResponse response) {
      for (AppendResult result : response.getResultsList()) {
        Verdict verdict = items.judge(result);
        Answer answer = open.remove(result.getItemId());
        if (answer != null) {
          answer.came(verdict);
        }
      }
    }

    /// Who waits for an answer is told that none comes.
    @Override
    public void onError(Throwable failure) {
      open.keySet()
          .forEach(number -> {
            Answer answer = open.remove(number);
            if (answer != null) {
              answer.came(Verdict.REFUSED);
            }
          });
    }

    @Override
    public void onCompleted() {}
  }
}
