package dev.carillon.bench.rpc;

import com.google.protobuf.ByteString;
import dev.carillon.bench.load.Calls;
import dev.carillon.bench.load.Calls.Verdict;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.AppendRequest;
import dev.carillon.message.v1.AppendResponse;
import dev.carillon.message.v1.AppendResult;
import dev.carillon.message.v1.MessageServiceGrpc;
import dev.carillon.runtime.identity.ConversationIds;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Text;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;

/// Messages of many conversations in turn, for one stream of appends.
///
/// Items of one conversation go out in order on the one stream, so each answer's `prev_seq` must be
/// the `seq` of the answer before it.
public final class AppendRequests implements StreamCalls.Codec<AppendRequest, AppendResponse> {
  private final List<Conversation> conversations;
  private final ByteString body;
  private final long run;
  private final long[] last;

  /// Where a message goes.
  ///
  /// @param peer the other user of a direct conversation; empty: it is a group
  public record Conversation(ByteString id, String sender, String peer) {
    static Conversation direct(String sender, String peer) {
      byte[] id = ConversationIds.direct(sender, peer);
      return new Conversation(ByteString.copyFrom(id), sender, peer);
    }
  }

  /// @param run sets this run's messages apart from those of others
  AppendRequests(long run, List<Conversation> conversations, String text) {
    this.run = run;
    this.conversations = conversations;
    this.body = body(text);
    this.last = new long[conversations.size()];
  }

  /// A stream of messages.
  ///
  /// @param address `host:port` of the message service
  /// @param items how many messages a request has; with 1 each leaves when it is due
  public static Calls stream(
      String address, List<Conversation> conversations, String text, int items) {
    return new StreamCalls<>(
        UnaryCalls.channel(address),
        MessageServiceGrpc.getAppendMethod(),
        new AppendRequests(System.nanoTime(), conversations, text),
        items);
  }

  /// Many direct conversations.
  ///
  /// @param users what the names of their users begin with
  public static List<Conversation> direct(String users, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Conversation.direct(users + "-a-" + i, users + "-b-" + i))
        .toList();
  }

  static ByteString body(String text) {
    return Body.newBuilder().setText(Text.newBuilder().setText(text)).build().toByteString();
  }

  @Override
  public AppendRequest request(long first, long end) {
    AppendRequest.Builder request = AppendRequest.newBuilder();
    for (long number = first; number < end; number++) {
      request.addItems(item(number));
    }
    return request.build();
  }

  /// The message of this number, which is its item's id.
  AppendItem item(long number) {
    Conversation to = conversations.get(conversation(number));
    byte[] id = ByteBuffer.allocate(2 * Long.BYTES).putLong(run).putLong(number).array();
    return AppendItem.newBuilder()
        .setItemId(number)
        .setConversationId(to.id())
        .setDirectPeer(to.peer())
        .setSender(to.sender())
        .setClientMessageId(ByteString.copyFrom(id))
        .setBody(body)
        .build();
  }

  @Override
  public void read(AppendResponse response, StreamCalls.Judge judge) {
    for (AppendResult result : response.getResultsList()) {
      judge.item(result.getItemId(), judge(result), 1);
    }
  }

  /// What an answer is worth; to be called for each one, in the order in which they come.
  Verdict judge(AppendResult result) {
    if (!result.hasAppended()) {
      return Verdict.REFUSED;
    }
    int conversation = conversation(result.getItemId());
    long before = last[conversation];
    boolean chained = before == 0 || result.getAppended().getPrevSeq() == before;
    boolean grown = result.getAppended().getSeq() > before;
    last[conversation] = result.getAppended().getSeq();
    return chained && grown ? Verdict.DONE : Verdict.BROKEN;
  }

  private int conversation(long number) {
    return (int) (number % conversations.size());
  }
}
