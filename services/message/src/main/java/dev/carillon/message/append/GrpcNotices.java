package dev.carillon.message.append;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.MessageBody;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.MembershipChange;

/// Membership notices in the form in which they are stored and travel.
final class GrpcNotices {
  private GrpcNotices() {}

  static MessageBody write(MembershipNotice notice) {
    MembershipChange change =
        MembershipChange.newBuilder()
            .addAllAdded(notice.added())
            .addAllRemoved(notice.removed())
            .setRequestDigest(notice.request())
            .build();
    return MessageBody.of(
        BodyKind.MEMBERSHIP, Body.newBuilder().setMembership(change).build().toByteArray());
  }

  /// What a body of kind `MEMBERSHIP` says.
  ///
  /// @throws IllegalStateException when it is not readable: the database is damaged
  static MembershipNotice read(MessageBody body) {
    try {
      MembershipChange change = Body.parseFrom(body.bytes()).getMembership();
      return new MembershipNotice(
          change.getAddedList(), change.getRemovedList(), change.getRequestDigest());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a membership notice: not readable", e);
    }
  }
}
