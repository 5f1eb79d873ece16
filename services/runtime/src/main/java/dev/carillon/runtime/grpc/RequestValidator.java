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
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Checks messages against the rules written beside their fields in the contracts.
///
/// The server checks every request of every method that is not a stream by itself; hot streams
/// check their frames where they take them in, with [#check]. A server learns the types of its
/// services when it starts; from then on a check costs microseconds. Thread-safe.
public final class RequestValidator {
  private static final Logger log = LoggerFactory.getLogger(RequestValidator.class);
  private static final RequestValidator SHARED = new RequestValidator();

  private final Validator validator =
      ValidatorFactory.newBuilder()
          .withConfig(Config.newBuilder().setFailFast(true).setEnableNativeRules(true).build())
          .build();

  private final ShapeRules shapes = new ShapeRules();

  private RequestValidator() {}

  /// The validator of this JVM; it learns each message type once.
  public static RequestValidator shared() {
    return SHARED;
  }

  /// Throws a [Refusal] for `REQUEST_INVALID` that names the first field that breaks a rule.
  public void check(Message message) {
    if (!shapes.accepts(message)) {
      checkThoroughly(message);
    }
  }

  /// Asks the library, which knows every rule.
  void checkThoroughly(Message message) {
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

  /// Learns the types that `service` takes. The first type of a JVM costs a second or so of
  /// processor time, which no caller, and no event loop, should wait for.
  void learn(ServerServiceDefinition service) {
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      if (method.getMethodDescriptor().getRequestMarshaller()
              instanceof PrototypeMarshaller<?> marshaller
          && marshaller.getMessagePrototype() instanceof Message prototype) {
        try {
          checkThoroughly(prototype);
        } catch (Refusal e) {
          log.trace("an empty message need not be a valid one", e);
        }
      }
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
