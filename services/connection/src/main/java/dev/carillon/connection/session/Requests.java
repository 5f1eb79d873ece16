package dev.carillon.connection.session;

import com.google.protobuf.ByteString;
import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.backend.MessageClient;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.refusal.Refusals;
import dev.carillon.connection.v1.Group;
import dev.carillon.connection.v1.GroupAck;
import dev.carillon.connection.v1.Heartbeat;
import dev.carillon.connection.v1.HeartbeatAck;
import dev.carillon.connection.v1.History;
import dev.carillon.connection.v1.HistoryPage;
import dev.carillon.connection.v1.Refused;
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
import dev.carillon.runtime.grpc.RequestValidator;
import dev.carillon.runtime.identity.ConversationIds;
import dev.carillon.runtime.identity.UserIds;
import dev.carillon.runtime.telemetry.TraceParent;
import dev.carillon.type.v1.AckLevel;
import dev.carillon.type.v1.Refusal;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import java.util.function.Function;

/// What a device asks of an open session, handed to the message service; on the session's event
/// loop.
///
/// The user is always the session's: a frame cannot name another.
final class Requests {
  private static final int MAX_TRACEPARENT = 128;

  private final Gateway gateway;
  private final Session session;
  private final MessageClient messages;

  Requests(Gateway gateway, Session session) {
    this.gateway = gateway;
    this.session = session;
    this.messages = gateway.messages();
  }

  /// Handles one frame that is a request or a heartbeat.
  void handle(RelayedFrame frame) {
    gateway.metrics().request();
    switch (frame.getFrameCase()) {
      case HEARTBEAT -> heartbeat(frame.getHeartbeat());
      case SEND -> send(frame.getSend());
      case SYNC -> sync(frame.getSync());
      case HISTORY -> history(frame.getHistory());
      case GROUP -> group(frame.getGroup());
      case HELLO, DELIVERY_ACK, FRAME_NOT_SET ->
          throw new IllegalArgumentException(
              "frame: " + frame.getFrameCase() + " (expected: a request)");
    }
  }

  private void heartbeat(Heartbeat heartbeat) {
    session.heartbeat();
    HeartbeatAck.Builder ack = HeartbeatAck.newBuilder().setToken(heartbeat.getToken());
    if (!session.begin()) {
      session.send(ServerFrame.newBuilder().setHeartbeatAck(ack).build());
      return;
    }
    messages.mailboxVersionInTime(
        session.userId(),
        new Reply<>(
            session,
            version ->
                ServerFrame.newBuilder().setHeartbeatAck(ack.setMailboxVersion(version)).build(),
            refusal -> ServerFrame.newBuilder().setHeartbeatAck(ack).build()));
  }

  /// What the gateway does not check itself, the owner of the conversation refuses.
  private void send(RelayedSend send) {
    long id = send.getRequestId();
    String problem = problem(send);
    int size = send.getBody().size();
    int largest = gateway.config().limits().bodySize();
    if (!problem.isEmpty()) {
      refuse(id, ConnectionError.REQUEST_INVALID, problem);
    } else if (size > largest) {
      String text = "body: " + size + " bytes (expected: at most " + largest + ")";
      refuse(id, ConnectionError.BODY_TOO_LARGE, text);
    } else if (begin(id)) {
      append(send, id);
    }
  }

  private void append(RelayedSend send, long id) {
    Span span = gateway.metrics().span("connection.send", send.getTraceparent());
    AppendItem.Builder item =
        AppendItem.newBuilder()
            .setSender(session.userId())
            .setClientMessageId(send.getClientMessageId())
            .setResend(send.getResend())
            .setTraceparent(TraceParent.of(Context.root().with(span)));
    if (send.hasBody()) {
      item.setBody(send.getBody());
    }
    if (send.hasToUser()) {
      item.setConversationId(direct(send.getToUser())).setDirectPeer(send.getToUser());
    } else {
      item.setConversationId(send.getConversationId());
    }
    messages.append(
        item,
        new SendReply(session, id, item.getConversationId(), item.getClientMessageId(), span));
  }

  /// The answer to a Send.
  ///
  /// @param span the trace of the request, which ends with the answer
  private record SendReply(
      Session session, long id, ByteString conversationId, ByteString clientMessageId, Span span)
      implements Answer<Appended> {
    @Override
    public void answered(Appended appended) {
      span.end();
      SendAck.Builder ack =
          SendAck.newBuilder()
              .setRequestId(id)
              .setConversationId(conversationId)
              .setClientMessageId(clientMessageId)
              .setLevel(AckLevel.ACK_LEVEL_STORED)
              .setSeq(appended.getSeq())
              .setPrevSeq(appended.getPrevSeq())
              .setDuplicate(appended.getDuplicate());
      session.answer(ServerFrame.newBuilder().setSendAck(ack).build());
    }

    @Override
    public void refused(Refusal refusal) {
      span.setStatus(StatusCode.ERROR, refusal.getReason()).end();
      session.answer(Requests.refused(id, refusal));
    }
  }

  private void sync(Sync sync) {
    long id = sync.getRequestId();
    if (!isValid(id, sync) || !begin(id)) {
      return;
    }
    if (sync.getPageToken().isEmpty()) {
      session.catchesUp();
    }
    SyncMailboxRequest.Builder request =
        SyncMailboxRequest.newBuilder()
            .setUserId(session.userId())
            .setDeviceId(session.deviceId())
            .setPageToken(sync.getPageToken())
            .setLimit(sync.getLimit())
            .setMessagesPerThread(sync.getMessagesPerThread());
    if (sync.hasAfterVersion()) {
      request.setAfterVersion(sync.getAfterVersion());
    }
    messages.syncMailbox(
        request.build(),
        reply(
            id,
            page ->
                ServerFrame.newBuilder()
                    .setSyncPage(SyncPage.newBuilder().setRequestId(id).setPage(page))
                    .build()));
  }

  private void history(History history) {
    long id = history.getRequestId();
    if (!isValid(id, history)) {
      return;
    }
    if (history.getTargetCase() == History.TargetCase.TARGET_NOT_SET
        || (history.hasWithUser() && !UserIds.isValid(history.getWithUser()))) {
      String text =
          "target: " + history.getTargetCase() + " (expected: a user id or conversation id)";
      refuse(id, ConnectionError.REQUEST_INVALID, text);
    } else if (begin(id)) {
      list(history, id);
    }
  }

  private void list(History history, long id) {
    ByteString conversation =
        history.hasWithUser() ? direct(history.getWithUser()) : history.getConversationId();
    ListMessagesRequest.Builder request =
        ListMessagesRequest.newBuilder()
            .setConversationId(conversation)
            .setUserId(session.userId())
            .setLimit(history.getLimit());
    if (history.hasAfterSeq()) {
      request.setAfterSeq(history.getAfterSeq());
    }
    if (history.hasBeforeSeq()) {
      request.setBeforeSeq(history.getBeforeSeq());
    }
    HistoryPage.Builder answer =
        HistoryPage.newBuilder().setRequestId(id).setConversationId(conversation);
    messages.listMessages(
        request.build(),
        reply(id, page -> ServerFrame.newBuilder().setHistoryPage(answer.setPage(page)).build()));
  }

  private void group(Group group) {
    long id = group.getRequestId();
    if (!isValid(id, group)) {
      return;
    }
    if (group.getOperationCase() == Group.OperationCase.OPERATION_NOT_SET) {
      refuse(id, ConnectionError.REQUEST_INVALID, "operation: none (expected: one)");
    } else if (begin(id)) {
      new GroupRequests(messages, session.userId())
          .handle(
              group,
              new Reply<>(
                  session,
                  (GroupAck ack) -> ServerFrame.newBuilder().setGroupAck(ack).build(),
                  refusal -> refused(id, refusal)));
    }
  }

  private <T> Reply<T> reply(long id, Function<T, ServerFrame> frame) {
    return new Reply<>(session, frame, refusal -> refused(id, refusal));
  }

  private boolean begin(long id) {
    boolean begun = session.begin();
    if (!begun) {
      refuse(
          id,
          ConnectionError.TOO_MANY_REQUESTS,
          "unanswered requests: too many (expected: at most "
              + gateway.config().limits().requests()
              + ")");
    }
    return begun;
  }

  private boolean isValid(long id, com.google.protobuf.Message request) {
    try {
      RequestValidator.shared().check(request);
      return true;
    } catch (dev.carillon.runtime.errors.Refusal refusal) {
      gateway.metrics().refused();
      session.send(refused(id, Refusals.of(refusal)));
      return false;
    }
  }

  private void refuse(long id, ConnectionError error, String message) {
    gateway.metrics().refused();
    session.send(refused(id, Refusals.of(error, message)));
  }

  private ByteString direct(String peer) {
    return ByteString.copyFrom(ConversationIds.direct(session.userId(), peer));
  }

  private static ServerFrame refused(long id, Refusal refusal) {
    return ServerFrame.newBuilder()
        .setRefused(Refused.newBuilder().setRequestId(id).setRefusal(refusal))
        .build();
  }

  /// The contract's rules for the fields of Send that the gateway itself uses.
  private static String problem(RelayedSend send) {
    if (send.getTraceparent().length() > MAX_TRACEPARENT) {
      return "traceparent: " + send.getTraceparent().length() + " bytes (expected: at most 128)";
    }
    return switch (send.getTargetCase()) {
      case TO_USER ->
          UserIds.isValid(send.getToUser()) ? "" : "to_user: no user id (expected: 1 to 64 bytes)";
      case CONVERSATION_ID -> "";
      case TARGET_NOT_SET -> "target: none (expected: to_user or conversation_id)";
    };
  }
}
