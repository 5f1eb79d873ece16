package dev.carillon.message.mailbox;

import com.google.protobuf.ByteString;
import dev.carillon.message.conversation.ConversationKind;
import dev.carillon.message.conversation.GrpcMessages;
import dev.carillon.message.conversation.ThreadView;
import dev.carillon.message.v1.GetMailboxVersionsRequest;
import dev.carillon.message.v1.GetMailboxVersionsResponse;
import dev.carillon.message.v1.SyncMailboxRequest;
import dev.carillon.message.v1.SyncMailboxResponse;
import dev.carillon.message.v1.ThreadChange;
import dev.carillon.type.v1.Thread;
import java.util.OptionalLong;

/// Answers the calls of the message service that read mailboxes.
public final class MailboxRpc {
  private static final int DEFAULT_LIMIT = 50;

  private final MailboxService service;

  /// Answers with what `service` says.
  public MailboxRpc(MailboxService service) {
    this.service = service;
  }

  /// Answers `SyncMailbox`.
  public SyncMailboxResponse sync(SyncMailboxRequest request) {
    Device device = new Device(request.getUserId(), request.getDeviceId());
    PageSize size =
        new PageSize(
            request.getLimit() == 0 ? DEFAULT_LIMIT : request.getLimit(),
            request.getMessagesPerThread());
    SyncPage page =
        request.getPageToken().isEmpty()
            ? service.first(device, afterVersion(request), size)
            : service.next(device, request.getPageToken().toByteArray(), size);
    SyncMailboxResponse.Builder response =
        SyncMailboxResponse.newBuilder()
            .setNextPageToken(ByteString.copyFrom(page.nextToken()))
            .setVersion(page.version());
    page.changes().forEach(change -> response.addChanges(encode(change)));
    return response.build();
  }

  /// Answers `GetMailboxVersions`.
  public GetMailboxVersionsResponse versions(GetMailboxVersionsRequest request) {
    return GetMailboxVersionsResponse.newBuilder()
        .addAllVersions(service.versions(request.getUserIdsList()))
        .build();
  }

  private static OptionalLong afterVersion(SyncMailboxRequest request) {
    return request.hasAfterVersion()
        ? OptionalLong.of(request.getAfterVersion())
        : OptionalLong.empty();
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
}
