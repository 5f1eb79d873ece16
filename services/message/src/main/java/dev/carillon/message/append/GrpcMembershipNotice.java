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
/// @param adds whether the users became members; else they are members no longer
/// @param request a digest of what was asked for, see [GroupContent]; 0 when a group is opened
record GrpcMembershipNotice(List<String> users, boolean adds, long request) {
  /// How many users one notice names at most.
  static final int MAX_NAMES = 500;

  MessageBody body() {
    MembershipChange.Builder change = MembershipChange.newBuilder().setRequestDigest(request);
    change = adds ? change.addAllAdded(users) : change.addAllRemoved(users);
    return MessageBody.of(
        BodyKind.MEMBERSHIP, Body.newBuilder().setMembership(change).build().toByteArray());
  }

  /// What a body of kind `MEMBERSHIP` says.
  ///
  /// @throws IllegalStateException when it is not readable: the database is damaged
  static GrpcMembershipNotice of(MessageBody body) {
    try {
      MembershipChange change = Body.parseFrom(body.bytes()).getMembership();
      boolean adds = change.getAddedCount() > 0;
      return new GrpcMembershipNotice(
          adds ? change.getAddedList() : change.getRemovedList(), adds, change.getRequestDigest());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a membership notice: not readable", e);
    }
  }
}
