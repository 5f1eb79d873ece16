package dev.carillon.runtime.grpc;

import build.buf.protovalidate.Config;
import build.buf.protovalidate.ValidationResult;
import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import build.buf.validate.BytesRules;
import build.buf.validate.EnumRules;
import build.buf.validate.FieldPathElement;
import build.buf.validate.FieldRules;
import build.buf.validate.Int32Rules;
import build.buf.validate.Int64Rules;
import build.buf.validate.RepeatedRules;
import build.buf.validate.StringRules;
import build.buf.validate.ValidateProto;
import build.buf.validate.Violation;
import com.google.common.base.Utf8;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Checks messages against the rules written beside their fields in the contracts.
///
/// The server checks every request of every method that is not a stream by itself; hot streams
/// check their frames where they take them in, with [#check]. A server learns the types of its
/// services when it starts. Thread-safe.
///
/// Nearly every message keeps the rules, and each message passes several checks on its way, so it
/// has to be cheap to see: lengths, ranges, counts and required fields are checked here. A message
/// that breaks one, or has a rule of any other kind, goes to the library, which knows every rule
/// and the words for it.
public final class RequestValidator {
  private static final Logger LOG = LoggerFactory.getLogger(RequestValidator.class);
  private static final RequestValidator SHARED = new RequestValidator();

  private static final Set<String> STRING = Set.of("min_bytes", "max_bytes");
  private static final Set<String> BYTES = Set.of("len", "min_len", "max_len");
  private static final Set<String> INTEGER = Set.of("gte", "lte");
  private static final Set<String> REPEATED = Set.of("min_items", "max_items", "items");
  private static final Set<String> FIELD =
      Set.of("required", "string", "bytes", "int32", "int64", "enum", "repeated");

  private final Validator validator =
      ValidatorFactory.newBuilder()
          .withConfig(Config.newBuilder().setFailFast(true).setEnableNativeRules(true).build())
          .build();

  private final Map<Descriptor, Predicate<Message>> shapes = new ConcurrentHashMap<>();

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
    if (!accepts(message)) {
      checkThoroughly(message, within);
    }
  }

  /// Asks the library.
  void checkThoroughly(Message message, String within) {
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
      checkThoroughly(prototype, "");
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

  /// Whether the message is known to keep all rules of its type.
  boolean accepts(Message message) {
    Descriptor type = message.getDescriptorForType();
    Predicate<Message> shape = shapes.get(type);
    if (shape == null) {
      shape = shape(type);
      shapes.put(type, shape);
    }
    return shape.test(message);
  }

  private Predicate<Message> shape(Descriptor type) {
    List<Predicate<? super Message>> checks = new ArrayList<>();
    if (!type.getOptions().getExtension(ValidateProto.message).getAllFields().isEmpty()) {
      checks.add(RequestValidator::unknown);
    }
    for (OneofDescriptor oneof : type.getRealOneofs()) {
      if (oneof.getOptions().getExtension(ValidateProto.oneof).getRequired()) {
        checks.add(message -> message.hasOneof(oneof));
      }
    }
    for (FieldDescriptor field : type.getFields()) {
      FieldRules rules = field.getOptions().getExtension(ValidateProto.field);
      if (!rules.getAllFields().isEmpty() || field.getJavaType() == JavaType.MESSAGE) {
        checks.add(field(field, rules));
      }
    }
    return message -> {
      for (Predicate<? super Message> check : checks) {
        if (!check.test(message)) {
          return false;
        }
      }
      return true;
    };
  }

  private Predicate<? super Message> field(FieldDescriptor field, FieldRules rules) {
    if (field.isMapField()) {
      FieldDescriptor value = field.getMessageType().findFieldByName("value");
      return rules.getAllFields().isEmpty() && value.getJavaType() != JavaType.MESSAGE
          ? message -> true
          : RequestValidator::unknown;
    }
    // What must be there but cannot be seen to be missing is left to the library.
    if ((rules.getRequired() && !field.hasPresence()) || !only(rules, FIELD)) {
      return RequestValidator::unknown;
    }
    if (field.isRepeated()) {
      return items(field, rules.getRepeated());
    }
    Predicate<Object> value = value(field, rules);
    boolean mayBeAbsent = !rules.getRequired();
    return message ->
        (!field.hasPresence() || message.hasField(field))
            ? value.test(message.getField(field))
            : mayBeAbsent;
  }

  private Predicate<? super Message> items(FieldDescriptor field, RepeatedRules rules) {
    FieldRules itemRules = rules.getItems();
    if (!only(rules, REPEATED) || !only(itemRules, FIELD) || itemRules.getRequired()) {
      return RequestValidator::unknown;
    }
    Predicate<Object> item = value(field, itemRules);
    long most = rules.hasMaxItems() ? rules.getMaxItems() : Long.MAX_VALUE;
    return message -> {
      int count = message.getRepeatedFieldCount(field);
      boolean kept = count >= rules.getMinItems() && count <= most;
      for (int i = 0; kept && i < count; i++) {
        kept = item.test(message.getRepeatedField(field, i));
      }
      return kept;
    };
  }

  /// Stands for rules that only the library knows.
  private static boolean unknown(Object value) {
    return false;
  }

  private Predicate<Object> value(FieldDescriptor field, FieldRules rules) {
    return switch (field.getJavaType()) {
      case STRING -> only(rules.getString(), STRING, text(rules.getString()));
      case BYTE_STRING -> only(rules.getBytes(), BYTES, bytes(rules.getBytes()));
      case INT -> only(rules.getInt32(), INTEGER, int32(rules.getInt32()));
      case LONG -> only(rules.getInt64(), INTEGER, int64(rules.getInt64()));
      case ENUM -> only(rules.getEnum(), Set.of("defined_only"), enumeration(rules.getEnum()));
      case MESSAGE ->
          only(
              rules,
              Set.of("required"),
              value -> value instanceof Message message && accepts(message));
      case BOOLEAN, FLOAT, DOUBLE -> only(rules, Set.of(), value -> true);
    };
  }

  private static Predicate<Object> text(StringRules rules) {
    long least = rules.getMinBytes();
    long most = rules.hasMaxBytes() ? rules.getMaxBytes() : Long.MAX_VALUE;
    return value -> {
      String text = (String) value;
      // No char takes more than three bytes, and none takes fewer than one.
      boolean surely = text.length() >= least && 3L * text.length() <= most;
      if (surely) {
        return true;
      }
      try {
        int bytes = Utf8.encodedLength(text);
        return bytes >= least && bytes <= most;
      } catch (IllegalArgumentException halfOfPair) {
        return false;
      }
    };
  }

  private static Predicate<Object> bytes(BytesRules rules) {
    long least = rules.hasLen() ? rules.getLen() : rules.getMinLen();
    long most = rules.hasMaxLen() ? rules.getMaxLen() : Long.MAX_VALUE;
    long longest = rules.hasLen() ? Math.min(most, rules.getLen()) : most;
    return value -> {
      int size = ((ByteString) value).size();
      return size >= Math.max(least, rules.getMinLen()) && size <= longest;
    };
  }

  private static Predicate<Object> int32(Int32Rules rules) {
    int least = rules.hasGte() ? rules.getGte() : Integer.MIN_VALUE;
    int most = rules.hasLte() ? rules.getLte() : Integer.MAX_VALUE;
    return value -> least <= most && (Integer) value >= least && (Integer) value <= most;
  }

  private static Predicate<Object> int64(Int64Rules rules) {
    long least = rules.hasGte() ? rules.getGte() : Long.MIN_VALUE;
    long most = rules.hasLte() ? rules.getLte() : Long.MAX_VALUE;
    return value -> least <= most && (Long) value >= least && (Long) value <= most;
  }

  private static Predicate<Object> enumeration(EnumRules rules) {
    return rules.getDefinedOnly()
        ? value -> ((EnumValueDescriptor) value).getIndex() >= 0
        : value -> true;
  }

  private static Predicate<Object> only(Message rules, Set<String> names, Predicate<Object> check) {
    return only(rules, names) ? check : RequestValidator::unknown;
  }

  private static boolean only(Message rules, Set<String> names) {
    Collection<FieldDescriptor> set = rules.getAllFields().keySet();
    return names.containsAll(
        set.stream().map(FieldDescriptor::getName).collect(Collectors.toSet()));
  }
}
