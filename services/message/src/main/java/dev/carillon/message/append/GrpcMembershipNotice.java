package dev.carillon.message.append;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.GroupContent;
import dev.carillon.message.conversation.MessageBody;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.MembershipChange;
import java.util.List;

/// What a membership notice says, and the body in which it is stored and travels.
///
/// @param added who became a member
/// @param removed who is a member no longer
/// @param request a digest of what was asked for, see [GroupContent]; 0 when a group is opened
record GrpcMembershipNotice(List<String> added, List<String> removed, long request) {
  /// How many users one notice names at most.
  static final int MAX_NAMES = 500;

  MessageBody body() {
    MembershipChange change =
        MembershipChange.newBuilder()
            .addAllAdded(added)
            .addAllRemoved(removed)
            .setRequestDigest(request)
            .build();
    return MessageBody.of(
        BodyKind.MEMBERSHIP, Body.newBuilder().setMembership(change).build().toByteArray());
  }

  /// What a body of kind `MEMBERSHIP` says.
  ///
  /// @throws IllegalStateException when it is not readable: the database is damaged
  static GrpcMembershipNotice of(MessageBody body) {
    try {
      MembershipChange change = Body.parseFrom(body.bytes()).getMembership();
      return new GrpcMembershipNotice(
          change.getAddedList(), change.getRemovedList(), change.getRequestDigest());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a membership notice: not readable", e);
    }
  }
}
