package dev.carillon.bench.carillon;

import com.google.protobuf.ByteString;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.CreateGroup;
import dev.carillon.connection.v1.Group;
import dev.carillon.connection.v1.MemberList;
import dev.carillon.connection.v1.ServerFrame;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Creates the group that all devices of a fleet are in.
final class GroupCreation {
  private static final long REQUEST = Long.MAX_VALUE - 2;
  private static final int LIMIT_SECONDS = 30;
  private static final int MEMBERS_OF_A_CREATION = 1_999;
  private static final int MEMBERS_OF_AN_ADDITION = 500;

  private GroupCreation() {}

  /// Has the first device create it and returns when all are in it.
  ///
  /// @param users the fleet's users, the first one creates
  static void run(Fleet fleet, List<String> users) throws InterruptedException {
    CarillonDevice owner = fleet.devices().getFirst();
    Group.Builder group =
        Group.newBuilder().setRequestId(REQUEST).setConversationId(owner.target().conversation());
    List<String> others = users.subList(1, users.size());
    int first = Math.min(others.size(), MEMBERS_OF_A_CREATION);
    ask(
        fleet,
        group.setCreate(
            CreateGroup.newBuilder().addAllMembers(others.subList(0, first)).setTitle("bench")));
    for (int from = first; from < others.size(); from += MEMBERS_OF_AN_ADDITION) {
      int end = Math.min(others.size(), from + MEMBERS_OF_AN_ADDITION);
      MemberList.Builder added =
          MemberList.newBuilder()
              .addAllUserIds(others.subList(from, end))
              .setClientMessageId(id(from));
      ask(fleet, group.setAdd(added));
    }
  }

  /// A name for the addition that begins with this member; the group is a new one in every run.
  private static ByteString id(int from) {
    return ByteString.copyFrom(
        ByteBuffer.allocate(2 * Long.BYTES).putLong(Long.BYTES, from).array());
  }

  private static void ask(Fleet fleet, Group.Builder request) throws InterruptedException {
    CompletableFuture<ServerFrame> answer = fleet.nextAnswer();
    fleet.devices().getFirst().say(ClientFrame.newBuilder().setGroup(request).build());
    try {
      ServerFrame frame = answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
      if (!frame.hasGroupAck()) {
        throw new IllegalStateException("the group was refused: " + frame);
      }
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the group could not be created", e);
    }
  }
}
