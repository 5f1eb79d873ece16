package dev.carillon.connection.session;

import com.google.protobuf.ByteString;
import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.backend.ConnectedDevice;
import dev.carillon.connection.backend.MessageClient;
import dev.carillon.connection.refusal.ConnectionError;
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
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.grpc.RequestValidator;
import dev.carillon.runtime.identity.ConversationIds;
import dev.carillon.runtime.identity.UserIds;
import dev.carillon.runtime.telemetry.TraceParent;
import dev.carillon.type.v1.AckLevel;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Checks the requests of an open session and hands them to the message service.
///
/// The user is always the session's: a frame cannot name another. Nothing here blocks; every
/// request that is handed on gets exactly one frame as its answer, on any thread, also before the
/// call has returned.
final class Requests {
  private static final int MAX_TRACEPARENT = 128;

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

  /// Throws a [Refusal] for a request that breaks a rule.
  ///
  /// @param unanswered how many requests of the connection are without an answer
  static void check(RelayedFrame request, SessionConfig.Limits limits, int unanswered) {
    switch (request.getFrameCase()) {
      case SEND -> check(request.getSend(), limits);
      case SYNC -> RequestValidator.shared().check(request.getSync());
      case HISTORY -> check(request.getHistory());
      case GROUP -> check(request.getGroup());
      case HELLO, HEARTBEAT, DELIVERY_ACK, FRAME_NOT_SET -> throw notARequest(request);
    }
    if (unanswered >= limits.requests()) {
      throw new Refusal(
          ConnectionError.TOO_MANY_REQUESTS,
          "unanswered requests: too many (expected: at most " + limits.requests() + ")");
    }
  }

  /// The contract's rules for the fields of Send that the gateway itself uses, by hand: this is the
  /// path of every message. The owner of the conversation checks the others.
  private static void check(RelayedSend send, SessionConfig.Limits limits) {
    int trace = send.getTraceparent().length();
    if (trace > MAX_TRACEPARENT) {
      throw invalid("traceparent: " + trace + " bytes (expected: at most 128)");
    }
    switch (send.getTargetCase()) {
      case TO_USER -> {
        if (!UserIds.isValid(send.getToUser())) {
          throw invalid("to_user: no user id (expected: 1 to 64 bytes)");
        }
      }
      case CONVERSATION_ID -> {}
      case TARGET_NOT_SET -> throw invalid("target: none (expected: to_user or conversation_id)");
    }
    limits.checkBody(send.getBody());
  }

  private static void check(History history) {
    RequestValidator.shared().check(history);
    boolean usable =
        switch (history.getTargetCase()) {
          case CONVERSATION_ID -> true;
          case WITH_USER -> UserIds.isValid(history.getWithUser());
          case TARGET_NOT_SET -> false;
        };
    if (!usable) {
      throw invalid(
          "target: " + history.getTargetCase() + " (expected: a user id or conversation id)");
    }
  }

  private static void check(Group group) {
    RequestValidator.shared().check(group);
    if (group.getOperationCase() == Group.OperationCase.OPERATION_NOT_SET) {
      throw invalid("operation: none (expected: one)");
    }
  }

  private static Refusal invalid(String problem) {
    return new Refusal(ConnectionError.REQUEST_INVALID, problem);
  }

  /// Hands on a request that has been checked.
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
      case GROUP -> group(request.getGroup(), device, messages, answer);
      case HELLO, HEARTBEAT, DELIVERY_ACK, FRAME_NOT_SET -> throw notARequest(request);
    }
  }

  /// Answers a heartbeat with the user's mailbox version, or without it when it cannot be read.
  static void heartbeat(
      Heartbeat heartbeat, String userId, MessageClient messages, Consumer<ServerFrame> answer) {
    messages.mailboxVersionInTime(
        userId,
        Answer.of(
            version -> answer.accept(heartbeatAck(heartbeat, version)),
            unknown -> answer.accept(heartbeatAck(heartbeat, null))));
  }

  /// The answer to a heartbeat; `mailboxVersion` is left out when it is null.
  static ServerFrame heartbeatAck(Heartbeat heartbeat, @Nullable Long mailboxVersion) {
    HeartbeatAck.Builder ack = HeartbeatAck.newBuilder().setToken(heartbeat.getToken());
    if (mailboxVersion != null) {
      ack.setMailboxVersion(mailboxVersion);
    }
    return ServerFrame.newBuilder().setHeartbeatAck(ack).build();
  }

  private static void send(
      RelayedSend send,
      ConnectedDevice device,
      SessionContext context,
      Consumer<ServerFrame> answer) {
    Span span = context.metrics().span("connection.send", send.getTraceparent());
    AppendItem.Builder item = item(send, device, span);
    long requestId = send.getRequestId();
    SendAck.Builder ack =
        SendAck.newBuilder()
            .setRequestId(requestId)
            .setConversationId(item.getConversationId())
            .setClientMessageId(item.getClientMessageId())
            .setLevel(AckLevel.ACK_LEVEL_STORED);
    Answer<Appended> reply =
        Answer.of(
            appended -> {
              span.end();
              ack.setSeq(appended.getSeq())
                  .setPrevSeq(appended.getPrevSeq())
                  .setDuplicate(appended.getDuplicate());
              answer.accept(ServerFrame.newBuilder().setSendAck(ack).build());
            },
            refusal -> {
              span.setStatus(StatusCode.ERROR, refusal.getReason()).end();
              answer.accept(refused(requestId, refusal));
            });
    context.messages().append(item, reply);
  }

  private static AppendItem.Builder item(RelayedSend send, ConnectedDevice device, Span span) {
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
    return item;
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
        reply(
            sync.getRequestId(),
            page -> ServerFrame.newBuilder().setSyncPage(frame.setPage(page)),
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
        reply(
            history.getRequestId(),
            page -> ServerFrame.newBuilder().setHistoryPage(frame.setPage(page)),
            answer));
  }

  private static void group(
      Group group, ConnectedDevice device, MessageClient messages, Consumer<ServerFrame> answer) {
    Answer<GroupAck> reply =
        reply(group.getRequestId(), ack -> ServerFrame.newBuilder().setGroupAck(ack), answer);
    new GroupRequest(messages, device.userId(), group, reply).submit();
  }

  /// Turns the answer of another service into the frame that answers the request with this number;
  /// a refusal becomes a Refused.
  private static <T> Answer<T> reply(
      long requestId, Function<T, ServerFrame.Builder> frame, Consumer<ServerFrame> to) {
    return Answer.of(
        value -> to.accept(frame.apply(value).build()),
        refusal -> to.accept(refused(requestId, refusal)));
  }

  /// The frame that refuses a request.
  static ServerFrame refused(long requestId, dev.carillon.type.v1.Refusal refusal) {
    return ServerFrame.newBuilder()
        .setRefused(Refused.newBuilder().setRequestId(requestId).setRefusal(refusal))
        .build();
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
