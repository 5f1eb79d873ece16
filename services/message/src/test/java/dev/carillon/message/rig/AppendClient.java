package dev.carillon.message.rig;

import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.AppendRequest;
import dev.carillon.message.v1.AppendResponse;
import dev.carillon.message.v1.AppendResult;
import dev.carillon.message.v1.MessageServiceGrpc;
import dev.carillon.message.v1.MessageServiceGrpc.MessageServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// A caller of one message instance: one append stream, and blocking calls.
public final class AppendClient implements AutoCloseable {
  private final ManagedChannel channel;
  private final Map<Long, CompletableFuture<AppendResult>> open = new ConcurrentHashMap<>();
  private final CompletableFuture<Status> ended = new CompletableFuture<>();
  private final StreamObserver<AppendRequest> requests;
  private long lastId;

  /// Opens the stream.
  public AppendClient(String address) {
    channel = NettyChannelBuilder.forTarget(address).usePlaintext().build();
    requests = MessageServiceGrpc.newStub(channel).append(new Answers());
  }

  /// Sends one item under an id of this stream's own.
  public synchronized CompletableFuture<AppendResult> append(AppendItem item) {
    CompletableFuture<AppendResult> answer = new CompletableFuture<>();
    lastId++;
    open.put(lastId, answer);
    requests.onNext(
        AppendRequest.newBuilder().addItems(item.toBuilder().setItemId(lastId)).build());
    if (ended.isDone()) {
      fail();
    }
    return answer;
  }

  /// Sends one item and waits for its answer.
  public AppendResult send(AppendItem item) {
    return append(item).orTimeout(60, TimeUnit.SECONDS).join();
  }

  /// Sends a frame as it is.
  public synchronized void raw(AppendRequest request) {
    requests.onNext(request);
  }

  /// Says that nothing more comes.
  public synchronized void complete() {
    requests.onCompleted();
  }

  /// How the stream ended.
  public CompletableFuture<Status> ended() {
    return ended;
  }

  /// Calls that are no streams.
  public MessageServiceBlockingStub calls() {
    return MessageServiceGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private void fail() {
    open.keySet()
        .forEach(id -> {
          CompletableFuture<AppendResult> answer = open.remove(id);
          if (answer != null) {
            answer.completeExceptionally(ended.join().asRuntimeException());
          }
        });
  }

  private final class Answers implements StreamObserver<AppendResponse> {
    @Override
    public void onNext(AppendResponse response) {
      for (AppendResult result : response.getResultsList()) {
        CompletableFuture<AppendResult> answer = open.remove(result.getItemId());
        if (answer != null) {
          answer.complete(result);
        }
      }
    }

    @Override
    public void onError(Throwable failure) {
      ended.complete(Status.fromThrowable(failure));
      fail();
    }

    @Override
    public void onCompleted() {
      ended.complete(Status.OK);
      fail();
    }
  }
}
