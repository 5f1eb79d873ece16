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
  private static final Logger LOG = LoggerFactory.getLogger(RequestValidator.class);
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
    check(message, "");
  }

  /// As [#check(Message)], for a message that came as the bytes of the field `within`: the refusal
  /// names the field as if it were one of an ordinary message there.
  public void check(Message message, String within) {
    if (!shapes.accepts(message)) {
      checkThoroughly(message, within);
    }
  }

  /// Asks the library, which knows every rule.
  void checkThoroughly(Message message) {
    checkThoroughly(message, "");
  }

  private void checkThoroughly(Message message, String within) {
    ValidationResult result;
    try {
      result = validator.validate(message);
    } catch (ValidationException e) {
      throw new Refusal(RuntimeReason.UNEXPECTED, "the contract's rules cannot be checked", e);
    }
    if (!result.isSuccess()) {
      throw refusal(result.getViolations().getFirst().toProto(), within);
    }
  }

  /// Learns the types that `service` takes. The first type of a JVM costs a second or so of
  /// processor time, which no caller, and no event loop, should wait for.
  void learn(ServerServiceDefinition service) {
    for (ServerMethodDefinition<?, ?> method : service.getMethods()) {
      if (method.getMethodDescriptor().getRequestMarshaller()
              instanceof PrototypeMarshaller<?> marshaller
          && marshaller.getMessagePrototype() instanceof Message prototype) {
        learn(prototype);
      }
    }
  }

  /// Learns the type of `prototype`, which no method of a service takes as it is.
  public void learn(Message prototype) {
    try {
      checkThoroughly(prototype);
    } catch (Refusal e) {
      LOG.trace("an empty message need not be a valid one", e);
    }
  }

  private static Refusal refusal(Violation violation, String within) {
    String field = path(violation, within);
    return new Refusal(
        RuntimeReason.REQUEST_INVALID,
        field + ": " + violation.getMessage(),
        Map.of("field", field, "rule", violation.getRuleId()));
  }

  private static String path(Violation violation, String within) {
    StringBuilder path = new StringBuilder(within);
    for (FieldPathElement element : violation.getField().getElementsList()) {
      path.append(path.isEmpty() ? "" : ".").append(element.getFieldName());
      if (element.hasIndex()) {
        path.append('[').append(element.getIndex()).append(']');
      }
    }
    return path.toString();
  }
}
