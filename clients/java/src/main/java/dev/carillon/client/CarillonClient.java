package dev.carillon.client;

import com.google.protobuf.ByteString;
import dev.carillon.client.CarillonException.Kind;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.CreateGroup;
import dev.carillon.connection.v1.Group;
import dev.carillon.connection.v1.GroupAck;
import dev.carillon.connection.v1.History;
import dev.carillon.connection.v1.ListGroupMembers;
import dev.carillon.connection.v1.MemberList;
import dev.carillon.connection.v1.Send;
import dev.carillon.connection.v1.SendAck;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.type.v1.HistoryPolicy;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// One device of one user, connected to Carillon for as long as it is open.
///
/// The client connects by itself and again whenever the connection is lost; requests that are not
/// answered are sent again, with the same ids, until their deadline. Messages come to the
/// [MessageListener] in order, once and without gaps, whether they were delivered live, missed
/// while offline, or pulled to fill a hole.
///
/// Methods may be called from any thread and never block. Futures fail with [CarillonException],
/// wrapped in a [java.util.concurrent.CompletionException] by `join()`; what depends on them runs
/// on virtual threads. At most 10,000 requests may be pending.
public final class CarillonClient implements AutoCloseable {
  private final ClientOptions options;
  private final ClientSession session;

  CarillonClient(ClientOptions options) {
    this.options = options;
    this.session = new ClientSession(options);
  }

  /// Begins to describe a client.
  public static ClientBuilder builder() {
    return new ClientBuilder();
  }

  /// Completes with the user's id as soon as the client is signed in for the first time; fails when
  /// sign-in is refused or the client is closed before.
  public CompletableFuture<String> signedIn() {
    return session.signedIn();
  }

  /// Where the connection stands at this moment. [MessageListener#onState] reports every change,
  /// but only after the messages that are still being handed over.
  public ConnectionState state() {
    return session.state();
  }

  /// Sends a message under a new id; see [#send(Target, Content, ClientMessageId)].
  public CompletableFuture<SentMessage> send(Target target, Content content) {
    return send(target, content, ClientMessageId.random());
  }

  /// Sends a message. Messages to the same target are stored in the order of the calls, one after
  /// the other.
  ///
  /// Completes when the message is stored. Fails with kind `REFUSED` (nothing was stored:
  /// `NOT_A_MEMBER`, `CONVERSATION_UNKNOWN`, `BODY_TOO_LARGE`, `CLIENT_ID_REUSED`,
  /// `TARGET_NOT_ALLOWED` …) or `UNREACHABLE` (the deadline passed and the outcome is not known:
  /// call again with the same id).
  ///
  /// @param id the sender's name for the message; repeating a call with the same id is safe
  public CompletableFuture<SentMessage> send(Target target, Content content, ClientMessageId id) {
    Send.Builder send =
        Send.newBuilder()
            .setClientMessageId(ByteString.copyFrom(id.bytes()))
            .setBody(Wire.body(content));
    switch (target) {
      case Target.User user -> send.setToUser(user.userId());
      case Target.Conversation conversation -> send.setConversationId(bytes(conversation.id()));
    }
    Send prepared = send.build();
    return session
        .request(
            (requestId, resend) ->
                ClientFrame.newBuilder()
                    .setSend(prepared.toBuilder().setRequestId(requestId).setResend(resend))
                    .build(),
            target.toString(),
            options.requestTimeout())
        .thenApply(CarillonClient::sent);
  }

  /// Reads a part of a conversation's history. Fails with kind `REFUSED` (`CONVERSATION_UNKNOWN`,
  /// `NOT_A_MEMBER`) or `UNREACHABLE`.
  public CompletableFuture<HistoryPage> history(Target target, HistoryRange range) {
    History.Builder history = History.newBuilder().setLimit(range.limit());
    range.afterSeq().ifPresent(history::setAfterSeq);
    range.beforeSeq().ifPresent(history::setBeforeSeq);
    switch (target) {
      case Target.User user -> history.setWithUser(user.userId());
      case Target.Conversation conversation -> history.setConversationId(bytes(conversation.id()));
    }
    return session.history(history.build()).thenApply(CarillonClient::page);
  }

  /// Catches up: completes when every message that the mailbox holds now was handed to the
  /// listener, with the mailbox version up to which this device is complete. The client also does
  /// this by itself whenever it learns that it is behind.
  public CompletableFuture<Long> sync() {
    return session.sync();
  }

  /// Creates a group that this user owns.
  ///
  /// @param id a new random id; repeating the call with the same id is safe
  /// @param title 0 to 256 bytes
  /// @param members the other members, at most 1,999
  /// @param wholeHistory whether members who join later may read everything, or only what is said
  ///   from then on
  public CompletableFuture<GroupChange> createGroup(
      ConversationId id, String title, List<String> members, boolean wholeHistory) {
    CreateGroup create =
        CreateGroup.newBuilder()
            .setTitle(title)
            .addAllMembers(members)
            .setHistoryPolicy(
                wholeHistory
                    ? HistoryPolicy.HISTORY_POLICY_ALL
                    : HistoryPolicy.HISTORY_POLICY_FROM_JOIN)
            .build();
    return group(group(id).setCreate(create));
  }

  /// Adds members under a new id; see [#addMembers(ConversationId, List, ClientMessageId)].
  public CompletableFuture<GroupChange> addMembers(ConversationId id, List<String> members) {
    return addMembers(id, members, ClientMessageId.random());
  }

  /// Adds members to a group, at most 500 a call; who is a member already stays as it is. Fails
  /// with kind `REFUSED` (`CONVERSATION_UNKNOWN`, `NOT_A_MEMBER`, `NOT_A_GROUP`,
  /// `TOO_MANY_MEMBERS`, `CLIENT_ID_REUSED`) or `UNREACHABLE` (the outcome is not known: call again
  /// with the same change id).
  ///
  /// @param changeId the user's name for the change, and for the notice that reports it; a change
  ///   that was carried out is not carried out again under the same id, even after later changes of
  ///   the members
  public CompletableFuture<GroupChange> addMembers(
      ConversationId id, List<String> members, ClientMessageId changeId) {
    return group(group(id).setAdd(list(members, changeId)));
  }

  /// Removes members under a new id; see [#removeMembers(ConversationId, List, ClientMessageId)].
  public CompletableFuture<GroupChange> removeMembers(ConversationId id, List<String> members) {
    return removeMembers(id, members, ClientMessageId.random());
  }

  /// Removes members from a group, which its owner may; a user who names only itself leaves. Fails
  /// with kind `REFUSED` (`CONVERSATION_UNKNOWN`, `NOT_A_MEMBER`, `NOT_THE_OWNER`, `NOT_A_GROUP`,
  /// `CLIENT_ID_REUSED`) or `UNREACHABLE` (the outcome is not known: call again with the same
  /// change id).
  ///
  /// @param changeId the user's name for the change, as for members who are added
  public CompletableFuture<GroupChange> removeMembers(
      ConversationId id, List<String> members, ClientMessageId changeId) {
    return group(group(id).setRemove(list(members, changeId)));
  }

  /// Lists the present members of a group.
  public CompletableFuture<GroupChange> members(ConversationId id) {
    return group(group(id).setList(ListGroupMembers.getDefaultInstance()));
  }

  /// Ends the connection; what is pending fails with kind `CLOSED`. Messages that the listener has
  /// processed stay processed. Does not wait.
  @Override
  public void close() {
    session.close(new CarillonException(Kind.CLOSED, Kind.CLOSED.name(), "the client was closed"));
  }

  private CompletableFuture<GroupChange> group(Group.Builder group) {
    Group prepared = group.build();
    return session
        .request(
            (requestId, resend) ->
                ClientFrame.newBuilder()
                    .setGroup(prepared.toBuilder().setRequestId(requestId))
                    .build(),
            "group " + prepared.getConversationId().hashCode(),
            options.requestTimeout())
        .thenApply(CarillonClient::changed);
  }

  private static MemberList list(List<String> members, ClientMessageId changeId) {
    return MemberList.newBuilder()
        .addAllUserIds(members)
        .setClientMessageId(ByteString.copyFrom(changeId.bytes()))
        .build();
  }

  private static Group.Builder group(ConversationId id) {
    return Group.newBuilder().setConversationId(bytes(id));
  }

  private static ByteString bytes(ConversationId id) {
    return ByteString.copyFrom(id.bytes());
  }

  private static SentMessage sent(ServerFrame frame) {
    SendAck ack = frame.getSendAck();
    return new SentMessage(
        ConversationId.of(ack.getConversationId().toByteArray()),
        ack.getSeq(),
        ack.getPrevSeq(),
        ClientMessageId.of(ack.getClientMessageId().toByteArray()),
        ack.getLevel().name().replaceFirst("^ACK_LEVEL_", ""),
        ack.getDuplicate());
  }

  private static HistoryPage page(ServerFrame frame) {
    var answer = frame.getHistoryPage();
    return new HistoryPage(
        ConversationId.of(answer.getConversationId().toByteArray()),
        answer.getPage().getMessagesList().stream().map(Wire::message).toList(),
        answer.getPage().getHasMore(),
        answer.getPage().getVisibleAfterSeq());
  }

  private static GroupChange changed(ServerFrame frame) {
    GroupAck ack = frame.getGroupAck();
    return new GroupChange(
        ConversationId.of(ack.getConversationId().toByteArray()),
        ack.getSeq(),
        ack.getUserIdsList(),
        ack.getDuplicate());
  }
}
