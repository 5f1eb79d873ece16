package dev.carillon.bench.rpc;

import com.google.protobuf.ByteString;
import dev.carillon.bench.load.Calls;
import dev.carillon.bench.load.ClosedLoop;
import dev.carillon.bench.load.ClosedLoop.Window;
import dev.carillon.bench.rpc.AppendRequests.Conversation;
import dev.carillon.client.ConversationId;
import dev.carillon.message.v1.CreateGroupRequest;
import dev.carillon.message.v1.ListMessagesRequest;
import dev.carillon.message.v1.ListMessagesResponse;
import dev.carillon.message.v1.MessageServiceGrpc;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.type.v1.Message;
import io.grpc.ManagedChannel;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Old conversations, and reads of pages, each of which must hold exactly the messages that it
/// should.
public final class Pages {
  /// How many messages a page has.
  public static final int MESSAGES = 50;

  /// How many messages each old conversation has.
  public static final int OLD_MESSAGES = 10_000;

  // In the order of the primary key: nothing is sorted, and the empty table is filled as a whole.
  private static final String INSERT_MESSAGES =
      "INSERT INTO message SELECT STRAIGHT_JOIN c.conversation_id, n.seq, n.seq - 1, n.seq,"
          + " c.owner, UNHEX(LPAD(HEX(n.seq), 32, '0')), 1, 0, 0, NOW(3), ?"
          + " FROM conversation c JOIN seq_1_to_"
          + OLD_MESSAGES
          + " n WHERE c.owner LIKE 'history-a-%'";

  private Pages() {}

  /// Writes old conversations past the service into its own tables; this is quick only while there
  /// are no messages yet.
  ///
  /// @param text what each message holds
  /// @return the conversations; their senders are readers
  public static List<Conversation> fill(Database database, int conversations, String text)
      throws SQLException {
    List<Conversation> all = AppendRequests.direct("history", conversations);
    try (Connection connection = database.connect("");
        Statement statement = connection.createStatement()) {
      statement.execute("USE carillon_conversation");
      statement.execute(
          "INSERT INTO conversation VALUES "
              + all.stream().map(Pages::head).collect(Collectors.joining(", ")));
      // Only an empty table that checks nothing is filled without a trace of each row.
      statement.execute("SET unique_checks = 0, foreign_key_checks = 0, join_cache_level = 0");
      try (PreparedStatement messages = connection.prepareStatement(INSERT_MESSAGES)) {
        messages.setBytes(1, AppendRequests.body(text).toByteArray());
        messages.executeUpdate();
      }
    }
    return all;
  }

  private static String head(Conversation to) {
    byte[] id = to.id().toByteArray();
    String hex = HexFormat.of().formatHex(id);
    return "(X'%s', %d, 1, '%s', '%s', '', 1, 1, %5$d, %5$d, %5$d, 0, NOW(3))"
        .formatted(hex, Slots.of(id), to.sender(), to.peer(), OLD_MESSAGES);
  }

  /// Pages anywhere in old conversations.
  ///
  /// @param address `host:port` of the message service
  /// @param seed the same seed gives the same places
  public static Calls anywhere(String address, List<Conversation> conversations, long seed) {
    Random places = new Random(seed);
    return calls(
        address,
        number -> {
          Conversation old = conversations.get(places.nextInt(conversations.size()));
          long before = MESSAGES + 1L + places.nextInt(OLD_MESSAGES - MESSAGES + 1);
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
    Conversation said = new Conversation(group, names.getFirst(), "");
    try (Calls appends = AppendRequests.stream(address, List.of(said), text, MESSAGES)) {
      Calls.Result result = ClosedLoop.all(appends, MESSAGES, Window.of(MESSAGES), Map.of());
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
