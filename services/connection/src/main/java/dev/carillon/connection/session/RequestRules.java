package dev.carillon.connection.session;

import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.connection.v1.Group;
import dev.carillon.connection.v1.History;
import dev.carillon.connection.v1.RelayedFrame;
import dev.carillon.connection.v1.RelayedSend;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.grpc.RequestValidator;
import dev.carillon.runtime.identity.UserIds;
import dev.carillon.type.v1.Refusal;
import org.jspecify.annotations.Nullable;

/// The rules that a request of an open session is checked by before it is handed on.
final class RequestRules {
  private static final int MAX_TRACEPARENT = 128;

  private RequestRules() {}

  /// What is wrong with a request; null when it is good.
  ///
  /// @param unanswered how many requests of the connection are without an answer
  static @Nullable Refusal problem(
      RelayedFrame frame, SessionConfig.Limits limits, int unanswered) {
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

  private static @Nullable Refusal problem(RelayedSend send, SessionConfig.Limits limits) {
    String problem = shape(send);
    if (!problem.isEmpty()) {
      return ConnectionError.REQUEST_INVALID.refusal(problem);
    }
    int size = send.getBody().size();
    return size <= limits.bodySize()
        ? null
        : ConnectionError.BODY_TOO_LARGE.refusal(
            "body: " + size + " bytes (expected: at most " + limits.bodySize() + ")");
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

  /// The contract's rules for the fields of Send that the gateway itself uses, by hand: this is the
  /// path of every message. The owner of the conversation checks the others.
  ///
  /// @return empty when all are kept
  private static String shape(RelayedSend send) {
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
