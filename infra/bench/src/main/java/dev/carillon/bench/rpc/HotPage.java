package dev.carillon.bench.rpc;

import com.google.protobuf.ByteString;
import dev.carillon.bench.load.Calls;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.AppendRequest;
import dev.carillon.message.v1.AppendResponse;
import dev.carillon.message.v1.AppendResult;
import dev.carillon.message.v1.CreateGroupRequest;
import dev.carillon.message.v1.ListMessagesRequest;
import dev.carillon.message.v1.ListMessagesResponse;
import dev.carillon.message.v1.MessageServiceGrpc;
import dev.carillon.message.v1.MessageServiceGrpc.MessageServiceStub;
import dev.carillon.runtime.identity.ConversationIds;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Text;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A group whose newest page everybody wants at once: each call is another member's.
public final class HotPage implements Calls, AutoCloseable {
  private static final int CHANNELS = 4;
  private static final long PATIENCE_SECONDS = 30;

  private final Channels channels;
  private final List<MessageServiceStub> stubs = new ArrayList<>();
  private final ByteString group;
  private final List<String> members = new ArrayList<>();

  /// Founds the group and has its owner say a page full.
  ///
  /// @param address `host:port` of the message service
  /// @param readers how many members
  public HotPage(String address, int readers, String text) {
    this.channels = new Channels(address, CHANNELS);
    channels.all().forEach(channel -> stubs.add(MessageServiceGrpc.newStub(channel)));
    byte[] id = new byte[ConversationIds.LENGTH];
    new SecureRandom().nextBytes(id);
    id[0] &= 0x7F;
    group = ByteString.copyFrom(id);
    for (int i = 0; i < readers; i++) {
      members.add("reader-" + i);
    }
    MessageServiceGrpc.newBlockingStub(channels.all().getFirst())
        .createGroup(
            CreateGroupRequest.newBuilder()
                .setConversationId(group)
                .setOwner(members.getFirst())
                .addAllMembers(members.subList(1, readers))
                .build());
    say(text);
  }

  private void say(String text) {
    ByteString body =
        Body.newBuilder().setText(Text.newBuilder().setText(text)).build().toByteString();
    AppendRequest.Builder request = AppendRequest.newBuilder();
    for (int i = 0; i < PageCalls.PAGE; i++) {
      byte[] id = ByteBuffer.allocate(2 * Long.BYTES).putLong(System.nanoTime()).putLong(i).array();
      request.addItems(
          AppendItem.newBuilder()
              .setItemId(i)
              .setConversationId(group)
              .setSender(members.getFirst())
              .setClientMessageId(ByteString.copyFrom(id))
              .setBody(body));
    }
    Said said = new Said();
    StreamObserver<AppendRequest> stream = stubs.getFirst().append(said);
    stream.onNext(request.build());
    said.all.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    stream.onCompleted();
  }

  @Override
  public void call(int number, Answer answer) {
    ListMessagesRequest request =
        ListMessagesRequest.newBuilder()
            .setConversationId(group)
            .setUserId(members.get(number % members.size()))
            .setLimit(PageCalls.PAGE)
            .build();
    stubs.get(number % CHANNELS).listMessages(request, new Newest(answer));
  }

  @Override
  public void close() {
    channels.close();
  }

  /// One reader's page on its way.
  private static final class Newest implements StreamObserver<ListMessagesResponse> {
    private final Answer answer;
    private Verdict verdict = Verdict.BROKEN;

    Newest(Answer answer) {
      this.answer = answer;
    }

    @Override
    public void onNext(ListMessagesResponse response) {
      verdict = response.getMessagesCount() == PageCalls.PAGE ? Verdict.DONE : Verdict.BROKEN;
    }

    @Override
    public void onError(Throwable failure) {
      answer.came(Verdict.REFUSED);
    }

    @Override
    public void onCompleted() {
      answer.came(verdict);
    }
  }

  /// What became of the owner's messages.
  private static final class Said implements StreamObserver<AppendResponse> {
    private final CompletableFuture<Boolean> all = new CompletableFuture<>();
    private int stored;

    @Override
    public void onNext(AppendResponse response) {
      for (AppendResult result : response.getResultsList()) {
        if (!result.hasAppended()) {
          all.completeExceptionally(new IllegalStateException("refused: " + result));
        }
        stored++;
      }
      if (stored == PageCalls.PAGE) {
        all.complete(true);
      }
    }

    @Override
    public void onError(Throwable failure) {
      all.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {}
  }
}
