package dev.carillon.connection.session;

import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.backend.MessageClient;
import dev.carillon.connection.v1.Group;
import dev.carillon.connection.v1.GroupAck;
import dev.carillon.message.v1.AddMembersRequest;
import dev.carillon.message.v1.CreateGroupRequest;
import dev.carillon.message.v1.ListMembersRequest;
import dev.carillon.message.v1.Member;
import dev.carillon.message.v1.RemoveMembersRequest;
import java.util.function.BiFunction;

/// A request about the membership of a group, on its way to the message service.
///
/// @param userId the user who makes it
/// @param group the request, whose form has been checked
/// @param answer takes its acknowledgement, on any thread
record GroupRequest(MessageClient messages, String userId, Group group, Answer<GroupAck> answer) {
  /// Hands it on.
  void submit() {
    switch (group.getOperationCase()) {
      case CREATE -> create();
      case ADD -> add();
      case REMOVE -> remove();
      case LIST -> list();
      case OPERATION_NOT_SET ->
          throw new IllegalArgumentException("operation: none (expected: one)");
    }
  }

  private void create() {
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
        reply((ack, created) -> ack.setSeq(created.getSeq()).setDuplicate(created.getDuplicate())));
  }

  private void add() {
    AddMembersRequest request =
        AddMembersRequest.newBuilder()
            .setConversationId(group.getConversationId())
            .setUserId(userId)
            .addAllMembers(group.getAdd().getUserIdsList())
            .setClientMessageId(group.getAdd().getClientMessageId())
            .build();
    messages.addMembers(
        request,
        reply((ack, added) ->
            ack.setSeq(added.getSeq())
                .addAllUserIds(added.getAddedList())
                .setDuplicate(added.getDuplicate())));
  }

  private void remove() {
    RemoveMembersRequest request =
        RemoveMembersRequest.newBuilder()
            .setConversationId(group.getConversationId())
            .setUserId(userId)
            .addAllMembers(group.getRemove().getUserIdsList())
            .setClientMessageId(group.getRemove().getClientMessageId())
            .build();
    messages.removeMembers(
        request,
        reply((ack, removed) ->
            ack.setSeq(removed.getSeq())
                .addAllUserIds(removed.getRemovedList())
                .setDuplicate(removed.getDuplicate())));
  }

  private void list() {
    ListMembersRequest request =
        ListMembersRequest.newBuilder()
            .setConversationId(group.getConversationId())
            .setUserId(userId)
            .build();
    messages.listMembers(
        request,
        reply((ack, listed) ->
            ack.addAllUserIds(listed.getMembersList().stream().map(Member::getUserId).toList())));
  }

  private <T> Answer<T> reply(BiFunction<GroupAck.Builder, T, GroupAck.Builder> content) {
    GroupAck.Builder ack =
        GroupAck.newBuilder()
            .setRequestId(group.getRequestId())
            .setConversationId(group.getConversationId());
    return Answer.of(value -> answer.answered(content.apply(ack, value).build()), answer::refused);
  }
}
