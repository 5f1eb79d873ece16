package dev.carillon.connection.session;

import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.Group;
import dev.carillon.connection.v1.History;
import dev.carillon.connection.v1.Send;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.grpc.RequestValidator;
import dev.carillon.runtime.identity.UserIds;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Refusal;
import org.jspecify.annotations.Nullable;

/// The rules that a request of an open session is checked by before it is handed on.
final class RequestRules {
  private static final int ID_LENGTH = 16;
  private static final int MAX_TRACEPARENT = 128;

  private RequestRules() {}

  /// What is wrong with a request; null when it is good.
  ///
  /// @param unanswered how many requests of the connection are without an answer
  static @Nullable Refusal problem(ClientFrame frame, SessionConfig.Limits limits, int unanswered) {
    Refusal problem =
        switch (frame.getFrameCase()) {
          case SEND -> problem(frame.getSend(), limits);
          case SYNC -> shape(frame.getSync());
          case HISTORY -> problem(frame.getHistory());
          case GROUP -> problem(frame.getGroup());
          case HELLO, HEARTBEAT, DELIVERY_ACK, FRAME_NOT_SET ->
              throw new IllegalArgumentException(
                  "frame: " + frame.getFrameCase() + " (expected: a request)");
        };
    if (problem != null || unanswered < limits.requests()) {
      return problem;
    }
    return ConnectionError.TOO_MANY_REQUESTS.refusal(
        "unanswered requests: too many (expected: at most " + limits.requests() + ")");
  }

  private static @Nullable Refusal problem(Send send, SessionConfig.Limits limits) {
    String problem = shape(send);
    if (!problem.isEmpty()) {
      return ConnectionError.REQUEST_INVALID.refusal(problem);
    }
    Body body = send.getBody();
    int size = body.getSerializedSize();
    if (size > limits.bodySize()) {
      return ConnectionError.BODY_TOO_LARGE.refusal(
          "body: " + size + " bytes (expected: at most " + limits.bodySize() + ")");
    }
    if (body.hasMembership() || body.getContentCase() == Body.ContentCase.CONTENT_NOT_SET) {
      return ConnectionError.BODY_INVALID.refusal(
          "body: " + body.getContentCase() + " (expected: a kind that clients may send)");
    }
    return null;
  }

  private static @Nullable Refusal problem(History history) {
    Refusal problem = shape(history);
    if (problem != null) {
      return problem;
    }
    boolean usable =
        switch (history.getTargetCase()) {
          case CONVERSATION_ID -> true;
          case WITH_USER -> UserIds.isValid(history.getWithUser());
          case TARGET_NOT_SET -> false;
        };
    return usable
        ? null
        : ConnectionError.REQUEST_INVALID.refusal(
            "target: " + history.getTargetCase() + " (expected: a user id or conversation id)");
  }

  private static @Nullable Refusal problem(Group group) {
    Refusal problem = shape(group);
    if (problem != null || group.getOperationCase() != Group.OperationCase.OPERATION_NOT_SET) {
      return problem;
    }
    return ConnectionError.REQUEST_INVALID.refusal("operation: none (expected: one)");
  }

  /// The contract's rules for the fields of a request.
  private static @Nullable Refusal shape(com.google.protobuf.Message request) {
    try {
      RequestValidator.shared().check(request);
      return null;
    } catch (dev.carillon.runtime.errors.Refusal refusal) {
      return Refusals.toFrame(refusal);
    }
  }

  /// The contract's rules for the fields of Send, by hand: this is the path of every message.
  ///
  /// @return empty when all are kept
  private static String shape(Send send) {
    if (send.getClientMessageId().size() != ID_LENGTH) {
      return "client_message_id: " + send.getClientMessageId().size() + " bytes (expected: 16)";
    }
    if (!send.hasBody()) {
      return "body: none (expected: one)";
    }
    if (send.getTraceparent().length() > MAX_TRACEPARENT) {
      return "traceparent: " + send.getTraceparent().length() + " bytes (expected: at most 128)";
    }
    return switch (send.getTargetCase()) {
      case TO_USER ->
          UserIds.isValid(send.getToUser()) ? "" : "to_user: no user id (expected: 1 to 64 bytes)";
      case CONVERSATION_ID ->
          send.getConversationId().size() == ID_LENGTH
              ? ""
              : "conversation_id: " + send.getConversationId().size() + " bytes (expected: 16)";
      case TARGET_NOT_SET -> "target: none (expected: to_user or conversation_id)";
    };
  }
}
