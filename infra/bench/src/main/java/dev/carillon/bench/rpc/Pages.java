package dev.carillon.bench.rpc;

import com.google.protobuf.ByteString;
import dev.carillon.bench.load.CallResult;
import dev.carillon.bench.load.Calls;
import dev.carillon.bench.load.ClosedLoop;
import dev.carillon.bench.load.Window;
import dev.carillon.client.ConversationId;
import dev.carillon.message.v1.CreateGroupRequest;
import dev.carillon.message.v1.ListMessagesRequest;
import dev.carillon.message.v1.ListMessagesResponse;
import dev.carillon.message.v1.MessageServiceGrpc;
import dev.carillon.type.v1.Message;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Reads of pages, each of which must hold exactly the messages that it should.
public final class Pages {
  /// How many messages a page has.
  public static final int MESSAGES = 50;

  private Pages() {}

  /// Pages anywhere in old conversations.
  ///
  /// @param address `host:port` of the message service
  /// @param seed the same seed gives the same places
  public static Calls anywhere(
      String address, List<AppendRequests.Conversation> conversations, long seed) {
    Random places = new Random(seed);
    return calls(
        address,
        number -> {
          AppendRequests.Conversation old = conversations.get(places.nextInt(conversations.size()));
          long before = MESSAGES + 1L + places.nextInt(HistoryTable.MESSAGES - MESSAGES + 1);
          return new UnaryCalls.One<>(
              page(old.id(), old.sender()).setBeforeSeq(before).build(),
              page -> isWhole(page, before));
        });
  }

  /// The newest page of a new group; each call is another member's.
  ///
  /// @param address `host:port` of the message service
  public static Calls newest(String address, int members, String text) throws InterruptedException {
    List<String> names = IntStream.range(0, members).mapToObj(i -> "reader-" + i).toList();
    ByteString group = group(address, names);
    AppendRequests.Conversation said = new AppendRequests.Conversation(group, names.getFirst(), "");
    try (Calls appends = AppendRequests.stream(address, List.of(said), text, MESSAGES)) {
      CallResult result = ClosedLoop.all(appends, MESSAGES, Window.of(MESSAGES), Map.of());
      if (result.done() != MESSAGES || !result.isClean()) {
        throw new IllegalStateException("the messages of the page: " + result);
      }
    }
    return calls(
        address,
        number ->
            new UnaryCalls.One<>(
                page(group, names.get(number % members)).build(),
                page -> page.getMessagesCount() == MESSAGES));
  }

  private static ByteString group(String address, List<String> members) {
    ByteString id = ByteString.copyFrom(ConversationId.random().bytes());
    ManagedChannel channel = UnaryCalls.channel(address);
    try {
      MessageServiceGrpc.newBlockingStub(channel)
          .createGroup(
              CreateGroupRequest.newBuilder()
                  .setConversationId(id)
                  .setOwner(members.getFirst())
                  .addAllMembers(members.subList(1, members.size()))
                  .build());
    } finally {
      channel.shutdownNow();
    }
    return id;
  }

  private static Calls calls(
      String address,
      IntFunction<UnaryCalls.One<ListMessagesRequest, ListMessagesResponse>> pages) {
    return new UnaryCalls<>(address, MessageServiceGrpc.getListMessagesMethod(), pages);
  }

  private static ListMessagesRequest.Builder page(ByteString conversation, String reader) {
    return ListMessagesRequest.newBuilder()
        .setConversationId(conversation)
        .setUserId(reader)
        .setLimit(MESSAGES);
  }

  private static boolean isWhole(ListMessagesResponse page, long before) {
    long seq = before - MESSAGES;
    for (Message message : page.getMessagesList()) {
      if (message.getSeq() != seq++) {
        return false;
      }
    }
    return seq == before;
  }
}
