package dev.carillon.connection.session;

import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.backend.MessageClient;
import dev.carillon.connection.v1.Group;
import dev.carillon.connection.v1.GroupAck;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.message.v1.AddMembersRequest;
import dev.carillon.message.v1.CreateGroupRequest;
import dev.carillon.message.v1.ListMembersRequest;
import dev.carillon.message.v1.Member;
import dev.carillon.message.v1.RemoveMembersRequest;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/// Hands requests about the membership of groups to the message service.
///
/// @param userId the user who makes the requests
record GroupRequests(MessageClient messages, String userId) {

  /// Hands on a request whose form has been checked; `answer` takes its one frame, on any thread.
  void submit(Group group, Consumer<ServerFrame> answer) {
    switch (group.getOperationCase()) {
      case CREATE -> create(group, answer);
      case ADD -> add(group, answer);
      case REMOVE -> remove(group, answer);
      case LIST -> list(group, answer);
      case OPERATION_NOT_SET ->
          throw new IllegalArgumentException("operation: none (expected: one)");
    }
  }

  private void create(Group group, Consumer<ServerFrame> answer) {
    CreateGroupRequest request =
        CreateGroupRequest.newBuilder()
            .setConversationId(group.getConversationId())
            .setOwner(userId)
            .addAllMembers(group.getCreate().getMembersList())
            .setTitle(group.getCreate().getTitle())
            .setHistoryPolicy(group.getCreate().getHistoryPolicy())
            .build();
    messages.createGroup(
        request,
        reply(
            group,
            (ack, created) -> ack.setSeq(created.getSeq()).setDuplicate(created.getDuplicate()),
            answer));
  }

  private void add(Group group, Consumer<ServerFrame> answer) {
    AddMembersRequest request =
        AddMembersRequest.newBuilder()
            .setConversationId(group.getConversationId())
            .setUserId(userId)
            .addAllMembers(group.getAdd().getUserIdsList())
            .setClientMessageId(group.getAdd().getClientMessageId())
            .build();
    messages.addMembers(
        request,
        reply(
            group,
            (ack, added) ->
                ack.setSeq(added.getSeq())
                    .addAllUserIds(added.getAddedList())
                    .setDuplicate(added.getDuplicate()),
            answer));
  }

  private void remove(Group group, Consumer<ServerFrame> answer) {
    RemoveMembersRequest request =
        RemoveMembersRequest.newBuilder()
            .setConversationId(group.getConversationId())
            .setUserId(userId)
            .addAllMembers(group.getRemove().getUserIdsList())
            .setClientMessageId(group.getRemove().getClientMessageId())
            .build();
    messages.removeMembers(
        request,
        reply(
            group,
            (ack, removed) ->
                ack.setSeq(removed.getSeq())
                    .addAllUserIds(removed.getRemovedList())
                    .setDuplicate(removed.getDuplicate()),
            answer));
  }

  private void list(Group group, Consumer<ServerFrame> answer) {
    ListMembersRequest request =
        ListMembersRequest.newBuilder()
            .setConversationId(group.getConversationId())
            .setUserId(userId)
            .build();
    messages.listMembers(
        request,
        reply(
            group,
            (ack, listed) ->
                ack.addAllUserIds(listed.getMembersList().stream().map(Member::getUserId).toList()),
            answer));
  }

  private static <T> Answer<T> reply(
      Group group,
      BiFunction<GroupAck.Builder, T, GroupAck.Builder> content,
      Consumer<ServerFrame> answer) {
    GroupAck.Builder ack =
        GroupAck.newBuilder()
            .setRequestId(group.getRequestId())
            .setConversationId(group.getConversationId());
    return Requests.reply(
        group.getRequestId(),
        value -> ServerFrame.newBuilder().setGroupAck(content.apply(ack, value)),
        answer);
  }
}
