package dev.carillon.runtime.grpc;

import build.buf.protovalidate.Config;
import build.buf.protovalidate.ValidationResult;
import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import build.buf.validate.FieldPathElement;
import build.buf.validate.Violation;
import com.google.protobuf.Message;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import java.util.Map;

/// Checks messages against the rules written beside their fields in the contracts.
///
/// The server checks every request of every method that is not a stream by itself; hot streams check
/// their frames where they take them in, with [#check]. The first message of a type costs
/// milliseconds, later ones microseconds. Thread-safe.
public final class RequestValidator {
  private static final RequestValidator SHARED = new RequestValidator();

  private final Validator validator =
      ValidatorFactory.newBuilder()
          .withConfig(Config.newBuilder().setFailFast(true).setEnableNativeRules(true).build())
          .build();

  private RequestValidator() {}

  /// The validator of this JVM; it learns each message type once.
  public static RequestValidator shared() {
    return SHARED;
  }

  /// Throws a [Refusal] for `REQUEST_INVALID` that names the first field that breaks a rule.
  public void check(Message message) {
    ValidationResult result;
    try {
      result = validator.validate(message);
    } catch (ValidationException e) {
      throw new Refusal(RuntimeReason.UNEXPECTED, "the contract's rules cannot be checked", e);
    }
    if (!result.isSuccess()) {
      throw refusal(result.getViolations().getFirst().toProto());
    }
  }

  private static Refusal refusal(Violation violation) {
    String field = path(violation);
    return new Refusal(
        RuntimeReason.REQUEST_INVALID,
        field + ": " + violation.getMessage(),
        Map.of("field", field, "rule", violation.getRuleId()));
  }

  private static String path(Violation violation) {
    StringBuilder path = new StringBuilder();
    for (FieldPathElement element : violation.getField().getElementsList()) {
      path.append(path.isEmpty() ? "" : ".").append(element.getFieldName());
      if (element.hasIndex()) {
        path.append('[').append(element.getIndex()).append(']');
      }
    }
    return path.toString();
  }
}
