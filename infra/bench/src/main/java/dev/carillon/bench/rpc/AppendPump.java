package dev.carillon.bench.rpc;

import com.google.protobuf.ByteString;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.AppendRequest;
import dev.carillon.message.v1.AppendResponse;
import dev.carillon.message.v1.AppendResult;
import dev.carillon.message.v1.MessageServiceGrpc;
import dev.carillon.runtime.identity.ConversationIds;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Text;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One stream of appends that is kept full, over many direct conversations.
///
/// Items of one conversation go out in order on the one stream, so each answer's `prev_seq` must be
/// the `seq` of the answer before it. Answers come one at a time; counts may be read by any thread.
final class AppendPump implements StreamObserver<AppendResponse> {
  private static final int ITEMS_OF_A_REQUEST = 100;

  private final int window;
  private final List<Pair> pairs = new ArrayList<>();
  private final Body body;
  private final long run;
  private long[] last;
  private long sent;
  private volatile long stored;
  private volatile long refused;
  private volatile long violations;
  private volatile boolean ending;
  private @Nullable StreamObserver<AppendRequest> stream;

  private record Pair(ByteString conversation, String sender, String peer) {}

  /// @param run tells this run's messages from those of others
  /// @param conversations how many
  /// @param window how many items are in flight
  AppendPump(long run, int conversations, int window, String text) {
    this.run = run;
    this.window = window;
    this.body = Body.newBuilder().setText(Text.newBuilder().setText(text)).build();
    this.last = new long[conversations];
    for (int i = 0; i < conversations; i++) {
      String sender = "store-a-" + i;
      String peer = "store-b-" + i;
      byte[] id = ConversationIds.direct(sender, peer);
      pairs.add(new Pair(ByteString.copyFrom(id), sender, peer));
    }
  }

  /// Opens the stream and fills it.
  void start(ManagedChannel channel) {
    StreamObserver<AppendRequest> opened = MessageServiceGrpc.newStub(channel).append(this);
    synchronized (this) {
      stream = opened;
      fill();
    }
  }

  /// Asks for nothing more.
  void end() {
    ending = true;
  }

  long stored() {
    return stored;
  }

  long refused() {
    return refused;
  }

  long violations() {
    return violations;
  }

  private void fill() {
    StreamObserver<AppendRequest> open = stream;
    while (open != null && !ending && sent - stored - refused + ITEMS_OF_A_REQUEST <= window) {
      AppendRequest.Builder request = AppendRequest.newBuilder();
      for (int i = 0; i < ITEMS_OF_A_REQUEST; i++) {
        request.addItems(item(sent++));
      }
      open.onNext(request.build());
    }
  }

  private AppendItem item(long number) {
    Pair pair = pairs.get((int) (number % pairs.size()));
    byte[] id = ByteBuffer.allocate(2 * Long.BYTES).putLong(run).putLong(number).array();
    return AppendItem.newBuilder()
        .setItemId(number)
        .setConversationId(pair.conversation())
        .setDirectPeer(pair.peer())
        .setSender(pair.sender())
        .setClientMessageId(ByteString.copyFrom(id))
        .setBody(body)
        .build();
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  public synchronized void onNext(AppendResponse answer) {
    for (AppendResult result : answer.getResultsList()) {
      if (result.hasAppended()) {
        stored++;
        follow(result);
      } else {
        refused++;
      }
    }
    fill();
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
  private void follow(AppendResult result) {
    int conversation = (int) (result.getItemId() % pairs.size());
    long before = last[conversation];
    boolean chained = before == 0 || result.getAppended().getPrevSeq() == before;
    if (!chained || result.getAppended().getSeq() <= before) {
      violations++;
    }
    last[conversation] = result.getAppended().getSeq();
  }

  @Override
  public void onError(Throwable failure) {
    if (!ending) {
      throw new IllegalStateException("the stream of appends ended", failure);
    }
  }

  @Override
  public void onCompleted() {}
}
