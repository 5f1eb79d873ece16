package dev.carillon.message;

import com.google.protobuf.ByteString;
import dev.carillon.message.append.Outcome;
import dev.carillon.message.conversation.ClientMessageId;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.ConversationKind;
import dev.carillon.message.conversation.GrpcMessages;
import dev.carillon.message.conversation.HistoryPolicy;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.message.conversation.ThreadView;
import dev.carillon.message.history.History;
import dev.carillon.message.mailbox.Device;
import dev.carillon.message.mailbox.MailboxService;
import dev.carillon.message.mailbox.PageToken;
import dev.carillon.message.mailbox.SyncPage;
import dev.carillon.message.mailbox.SyncRequest;
import dev.carillon.message.store.HistoryRange;
import dev.carillon.message.v1.AddMembersRequest;
import dev.carillon.message.v1.AddMembersResponse;
import dev.carillon.message.v1.AppendRequest;
import dev.carillon.message.v1.AppendResponse;
import dev.carillon.message.v1.CreateGroupRequest;
import dev.carillon.message.v1.CreateGroupResponse;
import dev.carillon.message.v1.GetMailboxVersionsRequest;
import dev.carillon.message.v1.GetMailboxVersionsResponse;
import dev.carillon.message.v1.ListMembersRequest;
import dev.carillon.message.v1.ListMembersResponse;
import dev.carillon.message.v1.ListMessagesRequest;
import dev.carillon.message.v1.ListMessagesResponse;
import dev.carillon.message.v1.Member;
import dev.carillon.message.v1.MessageServiceGrpc.MessageServiceImplBase;
import dev.carillon.message.v1.RemoveMembersRequest;
import dev.carillon.message.v1.RemoveMembersResponse;
import dev.carillon.message.v1.SyncMailboxRequest;
import dev.carillon.message.v1.SyncMailboxResponse;
import dev.carillon.message.v1.ThreadChange;
import dev.carillon.runtime.stream.CreditedStream.OpenStreams;
import dev.carillon.type.v1.Thread;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/// Answers the RPCs of the message service. Append runs on the event loop and never blocks; the
/// others run on virtual threads.
final class MessageRpc extends MessageServiceImplBase {
  private static final int DEFAULT_MESSAGES = 50;
  private static final int DEFAULT_THREADS = 50;

  private final ConversationService conversations;
  private final MailboxService mailboxes;
  private final Function<StreamObserver<AppendResponse>, GrpcAppendStream> appendStreams;
  private final OpenStreams streams = new OpenStreams();

  MessageRpc(
      ConversationService conversations,
      MailboxService mailboxes,
      Function<StreamObserver<AppendResponse>, GrpcAppendStream> appendStreams) {
    this.conversations = conversations;
    this.mailboxes = mailboxes;
    this.appendStreams = appendStreams;
  }

  @Override
  public StreamObserver<AppendRequest> append(StreamObserver<AppendResponse> responses) {
    return streams.begin(appendStreams.apply(responses));
  }

  /// Ends every append stream as soon as what was read from it is answered.
  void drain() {
    streams.drain();
  }

  @Override
  public void createGroup(
      CreateGroupRequest request, StreamObserver<CreateGroupResponse> responses) {
    Outcome.Stored stored =
        conversations.createGroup(
            id(request.getConversationId()),
            request.getOwner(),
            request.getMembersList(),
            request.getTitle(),
            policy(request.getHistoryPolicy()));
    answer(
        responses,
        CreateGroupResponse.newBuilder()
            .setSeq(stored.seq())
            .setDuplicate(stored.duplicate())
            .build());
  }

  @Override
  public void addMembers(AddMembersRequest request, StreamObserver<AddMembersResponse> responses) {
    Outcome.MembersChanged changed =
        conversations.addMembers(
            key(request.getConversationId(), request.getUserId(), request.getClientMessageId()),
            request.getMembersList());
    answer(
        responses,
        AddMembersResponse.newBuilder()
            .addAllAdded(changed.users())
            .setSeq(changed.seq())
            .setDuplicate(changed.duplicate())
            .build());
  }

  @Override
  public void removeMembers(
      RemoveMembersRequest request, StreamObserver<RemoveMembersResponse> responses) {
    Outcome.MembersChanged changed =
        conversations.removeMembers(
            key(request.getConversationId(), request.getUserId(), request.getClientMessageId()),
            request.getMembersList());
    answer(
        responses,
        RemoveMembersResponse.newBuilder()
            .addAllRemoved(changed.users())
            .setSeq(changed.seq())
            .setDuplicate(changed.duplicate())
            .build());
  }

  @Override
  public void listMembers(
      ListMembersRequest request, StreamObserver<ListMembersResponse> responses) {
    ConversationService.Members members =
        conversations.members(id(request.getConversationId()), request.getUserId());
    ListMembersResponse.Builder response =
        ListMembersResponse.newBuilder().setTitle(members.profile().title());
    members
        .members()
        .forEach(member ->
            response.addMembers(
                Member.newBuilder()
                    .setUserId(member.userId())
                    .setOwner(members.profile().isGroupOf(member.userId()))
                    .setJoinSeq(member.joinSeq())));
    answer(responses, response.build());
  }

  @Override
  public void listMessages(
      ListMessagesRequest request, StreamObserver<ListMessagesResponse> responses) {
    HistoryRange range =
        new HistoryRange(
            request.hasAfterSeq() ? OptionalLong.of(request.getAfterSeq()) : OptionalLong.empty(),
            request.hasBeforeSeq() ? OptionalLong.of(request.getBeforeSeq()) : OptionalLong.empty(),
            orElse(request.getLimit(), DEFAULT_MESSAGES));
    History history =
        conversations.history(id(request.getConversationId()), request.getUserId(), range);
    ListMessagesResponse.Builder response =
        ListMessagesResponse.newBuilder()
            .setHasMore(history.hasMore())
            .setVisibleAfterSeq(history.visibleAfterSeq());
    history.messages().forEach(message -> response.addMessages(GrpcMessages.encode(message)));
    answer(responses, response.build());
  }

  @Override
  public void syncMailbox(
      SyncMailboxRequest request, StreamObserver<SyncMailboxResponse> responses) {
    Device device = new Device(request.getUserId(), request.getDeviceId());
    byte[] token = request.getPageToken().toByteArray();
    SyncPage page =
        mailboxes.page(
            new SyncRequest(
                device,
                token.length == 0 ? Optional.empty() : Optional.of(PageToken.decode(token, device)),
                request.hasAfterVersion()
                    ? OptionalLong.of(request.getAfterVersion())
                    : OptionalLong.empty(),
                orElse(request.getLimit(), DEFAULT_THREADS),
                request.getMessagesPerThread()));
    SyncMailboxResponse.Builder response =
        SyncMailboxResponse.newBuilder().setVersion(page.version());
    page.nextToken()
        .ifPresent(next -> response.setNextPageToken(ByteString.copyFrom(next.encode(device))));
    page.changes().forEach(change -> response.addChanges(encode(change)));
    answer(responses, response.build());
  }

  @Override
  public void getMailboxVersions(
      GetMailboxVersionsRequest request, StreamObserver<GetMailboxVersionsResponse> responses) {
    answer(
        responses,
        GetMailboxVersionsResponse.newBuilder()
            .addAllVersions(mailboxes.versions(request.getUserIdsList()))
            .build());
  }

  private static ThreadChange encode(SyncPage.Change change) {
    ThreadChange.Builder builder =
        ThreadChange.newBuilder().setThread(encode(change.thread(), change.version()));
    change.newest().forEach(message -> builder.addMessages(GrpcMessages.encode(message)));
    return builder.build();
  }

  private static Thread encode(ThreadView view, long version) {
    Thread.Builder thread =
        Thread.newBuilder()
            .setConversationId(ByteString.copyFrom(view.conversation().bytes()))
            .setKind(encode(view.kind()))
            .setTitle(view.title())
            .setPeer(view.peer())
            .setVersion(version)
            .setLastSeq(view.lastSeq())
            .setVisibleAfterSeq(view.visibleAfterSeq());
    if (view.leftSeq() != 0) {
      thread.setLeftSeq(view.leftSeq());
    }
    return thread.build();
  }

  private static dev.carillon.type.v1.ConversationKind encode(ConversationKind kind) {
    return switch (kind) {
      case DIRECT -> dev.carillon.type.v1.ConversationKind.CONVERSATION_KIND_DIRECT;
      case GROUP -> dev.carillon.type.v1.ConversationKind.CONVERSATION_KIND_GROUP;
    };
  }

  private static ConversationId id(ByteString bytes) {
    return ConversationId.of(bytes.toByteArray());
  }

  private static MessageKey key(ByteString group, String user, ByteString clientMessageId) {
    return new MessageKey(id(group), user, ClientMessageId.of(clientMessageId.toByteArray()));
  }

  private static HistoryPolicy policy(dev.carillon.type.v1.HistoryPolicy policy) {
    return switch (policy) {
      case HISTORY_POLICY_ALL -> HistoryPolicy.ALL;
      case HISTORY_POLICY_FROM_JOIN, HISTORY_POLICY_UNSPECIFIED, UNRECOGNIZED ->
          HistoryPolicy.FROM_JOIN;
    };
  }

  private static int orElse(int value, int absent) {
    return value == 0 ? absent : value;
  }

  private static <T> void answer(StreamObserver<T> responses, T response) {
    responses.onNext(response);
    responses.onCompleted();
  }
}
