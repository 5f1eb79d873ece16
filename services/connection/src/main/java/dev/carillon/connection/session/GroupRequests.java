package dev.carillon.connection.session;

import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.backend.MessageClient;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.refusal.Refusals;
import dev.carillon.connection.v1.Group;
import dev.carillon.connection.v1.GroupAck;
import dev.carillon.message.v1.AddMembersRequest;
import dev.carillon.message.v1.CreateGroupRequest;
import dev.carillon.message.v1.ListMembersRequest;
import dev.carillon.message.v1.Member;
import dev.carillon.message.v1.RemoveMembersRequest;
import dev.carillon.type.v1.Refusal;
import java.util.function.Function;

/// Requests about the membership of groups.
///
/// @param userId who asks
record GroupRequests(MessageClient messages, String userId) {

  /// Hands on a request whose form has been checked.
  void handle(Group group, Answer<GroupAck> answer) {
    switch (group.getOperationCase()) {
      case CREATE -> create(group, answer);
      case ADD -> add(group, answer);
      case REMOVE -> remove(group, answer);
      case LIST -> list(group, answer);
      case OPERATION_NOT_SET ->
          answer.refused(Refusals.of(ConnectionError.REQUEST_INVALID, "operation: none"));
    }
  }

  private void create(Group group, Answer<GroupAck> answer) {
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
        new Mapped<>(
            answer,
            created ->
                ack(group).setSeq(created.getSeq()).setDuplicate(created.getDuplicate()).build()));
  }

  private void add(Group group, Answer<GroupAck> answer) {
    AddMembersRequest request =
        AddMembersRequest.newBuilder()
            .setConversationId(group.getConversationId())
            .setUserId(userId)
            .addAllMembers(group.getAdd().getUserIdsList())
            .setClientMessageId(group.getAdd().getClientMessageId())
            .build();
    messages.addMembers(
        request,
        new Mapped<>(
            answer,
            added ->
                ack(group)
                    .setSeq(added.getSeq())
                    .addAllUserIds(added.getAddedList())
                    .setDuplicate(added.getDuplicate())
                    .build()));
  }

  private void remove(Group group, Answer<GroupAck> answer) {
    RemoveMembersRequest request =
        RemoveMembersRequest.newBuilder()
            .setConversationId(group.getConversationId())
            .setUserId(userId)
            .addAllMembers(group.getRemove().getUserIdsList())
            .setClientMessageId(group.getRemove().getClientMessageId())
            .build();
    messages.removeMembers(
        request,
        new Mapped<>(
            answer,
            removed ->
                ack(group)
                    .setSeq(removed.getSeq())
                    .addAllUserIds(removed.getRemovedList())
                    .setDuplicate(removed.getDuplicate())
                    .build()));
  }

  private void list(Group group, Answer<GroupAck> answer) {
    ListMembersRequest request =
        ListMembersRequest.newBuilder()
            .setConversationId(group.getConversationId())
            .setUserId(userId)
            .build();
    messages.listMembers(
        request,
        new Mapped<>(
            answer,
            listed ->
                ack(group)
                    .addAllUserIds(listed.getMembersList().stream().map(Member::getUserId).toList())
                    .build()));
  }

  private static GroupAck.Builder ack(Group group) {
    return GroupAck.newBuilder()
        .setRequestId(group.getRequestId())
        .setConversationId(group.getConversationId());
  }

  /// An answer in other words.
  private record Mapped<A, B>(Answer<B> answer, Function<A, B> words) implements Answer<A> {
    @Override
    public void answered(A value) {
      answer.answered(words.apply(value));
    }

    @Override
    public void refused(Refusal refusal) {
      answer.refused(refusal);
    }
  }
}
