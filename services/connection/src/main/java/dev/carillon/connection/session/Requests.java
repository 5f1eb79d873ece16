package dev.carillon.connection.session;

import com.google.protobuf.ByteString;
import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.backend.ConnectedDevice;
import dev.carillon.connection.backend.MessageClient;
import dev.carillon.connection.v1.Heartbeat;
import dev.carillon.connection.v1.HeartbeatAck;
import dev.carillon.connection.v1.History;
import dev.carillon.connection.v1.HistoryPage;
import dev.carillon.connection.v1.RelayedFrame;
import dev.carillon.connection.v1.RelayedSend;
import dev.carillon.connection.v1.SendAck;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Sync;
import dev.carillon.connection.v1.SyncPage;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.Appended;
import dev.carillon.message.v1.ListMessagesRequest;
import dev.carillon.message.v1.SyncMailboxRequest;
import dev.carillon.runtime.identity.ConversationIds;
import dev.carillon.runtime.telemetry.TraceParent;
import dev.carillon.type.v1.AckLevel;
import dev.carillon.type.v1.Refusal;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.util.function.Consumer;

/// Hands the requests of an open session to the message service.
///
/// The user is always the session's: a frame cannot name another. Nothing here blocks; every
/// request gets exactly one frame as its answer, on any thread, also before the call has returned.
final class Requests {
  private Requests() {}

  /// The device's number of a request.
  static long id(RelayedFrame request) {
    return switch (request.getFrameCase()) {
      case SEND -> request.getSend().getRequestId();
      case SYNC -> request.getSync().getRequestId();
      case HISTORY -> request.getHistory().getRequestId();
      case GROUP -> request.getGroup().getRequestId();
      case HELLO, HEARTBEAT, DELIVERY_ACK, FRAME_NOT_SET -> throw notARequest(request);
    };
  }

  /// Hands on a request that [RequestRules] has found good.
  static void submit(
      RelayedFrame request,
      ConnectedDevice device,
      SessionContext context,
      Consumer<ServerFrame> answer) {
    MessageClient messages = context.messages();
    switch (request.getFrameCase()) {
      case SEND -> send(request.getSend(), device, context, answer);
      case SYNC -> sync(request.getSync(), device, messages, answer);
      case HISTORY -> history(request.getHistory(), device, messages, answer);
      case GROUP -> new GroupRequests(messages, device.userId()).submit(request.getGroup(), answer);
      case HELLO, HEARTBEAT, DELIVERY_ACK, FRAME_NOT_SET -> throw notARequest(request);
    }
  }

  /// Answers a heartbeat with the user's mailbox version, or without it when it cannot be read.
  static void heartbeat(
      Heartbeat heartbeat, String userId, MessageClient messages, Consumer<ServerFrame> answer) {
    messages.mailboxVersionInTime(
        userId,
        new Answer<>() {
          @Override
          public void answered(Long version) {
            answer.accept(frame(ack(heartbeat).setMailboxVersion(version)));
          }

          @Override
          public void refused(Refusal refusal) {
            answer.accept(frame(ack(heartbeat)));
          }
        });
  }

  /// The answer to a heartbeat, without a mailbox version.
  static ServerFrame heartbeatAck(Heartbeat heartbeat) {
    return frame(ack(heartbeat));
  }

  private static HeartbeatAck.Builder ack(Heartbeat heartbeat) {
    return HeartbeatAck.newBuilder().setToken(heartbeat.getToken());
  }

  private static ServerFrame frame(HeartbeatAck.Builder ack) {
    return ServerFrame.newBuilder().setHeartbeatAck(ack).build();
  }

  private static void send(
      RelayedSend send,
      ConnectedDevice device,
      SessionContext context,
      Consumer<ServerFrame> answer) {
    Span span = context.metrics().span("connection.send", send.getTraceparent());
    AppendItem.Builder item =
        AppendItem.newBuilder()
            .setSender(device.userId())
            .setClientMessageId(send.getClientMessageId())
            .setResend(send.getResend())
            .setTraceparent(TraceParent.of(span));
    if (send.hasBody()) {
      item.setBody(send.getBody());
    }
    if (send.hasToUser()) {
      item.setConversationId(direct(device, send.getToUser())).setDirectPeer(send.getToUser());
    } else {
      item.setConversationId(send.getConversationId());
    }
    SendReply reply =
        new SendReply(
            send.getRequestId(), item.getConversationId(), item.getClientMessageId(), span, answer);
    context.messages().append(item, reply);
  }

  /// The answer to a Send.
  ///
  /// @param span ends with the answer
  private record SendReply(
      long requestId,
      ByteString conversationId,
      ByteString clientMessageId,
      Span span,
      Consumer<ServerFrame> answer)
      implements Answer<Appended> {
    @Override
    public void answered(Appended appended) {
      span.end();
      SendAck.Builder ack =
          SendAck.newBuilder()
              .setRequestId(requestId)
              .setConversationId(conversationId)
              .setClientMessageId(clientMessageId)
              .setLevel(AckLevel.ACK_LEVEL_STORED)
              .setSeq(appended.getSeq())
              .setPrevSeq(appended.getPrevSeq())
              .setDuplicate(appended.getDuplicate());
      answer.accept(ServerFrame.newBuilder().setSendAck(ack).build());
    }

    @Override
    public void refused(Refusal refusal) {
      span.setStatus(StatusCode.ERROR, refusal.getReason()).end();
      answer.accept(Reply.refused(requestId, refusal));
    }
  }

  private static void sync(
      Sync sync, ConnectedDevice device, MessageClient messages, Consumer<ServerFrame> answer) {
    SyncMailboxRequest.Builder request =
        SyncMailboxRequest.newBuilder()
            .setUserId(device.userId())
            .setDeviceId(device.deviceId())
            .setPageToken(sync.getPageToken())
            .setLimit(sync.getLimit())
            .setMessagesPerThread(sync.getMessagesPerThread());
    if (sync.hasAfterVersion()) {
      request.setAfterVersion(sync.getAfterVersion());
    }
    SyncPage.Builder frame = SyncPage.newBuilder().setRequestId(sync.getRequestId());
    messages.syncMailbox(
        request.build(),
        new Reply<>(
            sync.getRequestId(),
            page -> ServerFrame.newBuilder().setSyncPage(frame.setPage(page)).build(),
            answer));
  }

  private static void history(
      History history,
      ConnectedDevice device,
      MessageClient messages,
      Consumer<ServerFrame> answer) {
    ByteString conversation =
        history.hasWithUser() ? direct(device, history.getWithUser()) : history.getConversationId();
    ListMessagesRequest.Builder request =
        ListMessagesRequest.newBuilder()
            .setConversationId(conversation)
            .setUserId(device.userId())
            .setLimit(history.getLimit());
    if (history.hasAfterSeq()) {
      request.setAfterSeq(history.getAfterSeq());
    }
    if (history.hasBeforeSeq()) {
      request.setBeforeSeq(history.getBeforeSeq());
    }
    HistoryPage.Builder frame =
        HistoryPage.newBuilder()
            .setRequestId(history.getRequestId())
            .setConversationId(conversation);
    messages.listMessages(
        request.build(),
        new Reply<>(
            history.getRequestId(),
            page -> ServerFrame.newBuilder().setHistoryPage(frame.setPage(page)).build(),
            answer));
  }

  /// The id of the direct conversation with `peer`.
  private static ByteString direct(ConnectedDevice device, String peer) {
    return ByteString.copyFrom(ConversationIds.direct(device.userId(), peer));
  }

  private static IllegalArgumentException notARequest(RelayedFrame frame) {
    return new IllegalArgumentException(
        "frame: " + frame.getFrameCase() + " (expected: a request)");
  }
}
