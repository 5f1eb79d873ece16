package dev.carillon.bench.rpc;

import com.google.protobuf.ByteString;
import dev.carillon.bench.load.Calls.Verdict;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.AppendResult;
import dev.carillon.runtime.identity.ConversationIds;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Text;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Messages of many direct conversations in turn, for one stream of appends.
///
/// Items of one conversation go out in order on the one stream, so each answer's `prev_seq` must be
/// the `seq` of the answer before it.
final class AppendItems {
  private final List<Pair> pairs = new ArrayList<>();
  private final ByteString body;
  private final long run;
  private final long[] last;

  private record Pair(ByteString conversation, String sender, String peer) {}

  /// @param run tells this run's messages from those of others
  /// @param conversations how many
  AppendItems(long run, int conversations, String text) {
    this.run = run;
    this.body = Body.newBuilder().setText(Text.newBuilder().setText(text)).build().toByteString();
    this.last = new long[conversations];
    for (int i = 0; i < conversations; i++) {
      String sender = "store-a-" + i;
      String peer = "store-b-" + i;
      byte[] id = ConversationIds.direct(sender, peer);
      pairs.add(new Pair(ByteString.copyFrom(id), sender, peer));
    }
  }

  /// The message of this number, which is its item's id.
  AppendItem item(long number) {
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

  /// What an answer is worth; to be asked for each one, in the order in which they come.
  Verdict judge(AppendResult result) {
    if (!result.hasAppended()) {
      return Verdict.REFUSED;
    }
    int conversation = (int) (result.getItemId() % pairs.size());
    long before = last[conversation];
    boolean chained = before == 0 || result.getAppended().getPrevSeq() == before;
    boolean grown = result.getAppended().getSeq() > before;
    last[conversation] = result.getAppended().getSeq();
    return chained && grown ? Verdict.DONE : Verdict.BROKEN;
  }
}
