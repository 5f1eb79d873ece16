package dev.carillon.runtime.grpc;

import build.buf.validate.BytesRules;
import build.buf.validate.EnumRules;
import build.buf.validate.FieldRules;
import build.buf.validate.Int32Rules;
import build.buf.validate.Int64Rules;
import build.buf.validate.MessageRules;
import build.buf.validate.OneofRules;
import build.buf.validate.RepeatedRules;
import build.buf.validate.StringRules;
import build.buf.validate.ValidateProto;
import com.google.common.base.Utf8;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// A fast check that a message keeps the rules of its contract: lengths, ranges, counts, required
/// fields.
///
/// Nearly every message keeps them, and each message passes several checks on its way, so it has to
/// be cheap to see. A message type with a rule of any other kind is not accepted here, nor is a
/// message that breaks one: [RequestValidator] then asks the library, which knows every rule and
/// the words for it.
final class ShapeRules {
  private static final Set<String> STRING = Set.of("min_bytes", "max_bytes");
  private static final Set<String> BYTES = Set.of("len", "min_len", "max_len");
  private static final Set<String> INTEGER = Set.of("gte", "lte");
  private static final Set<String> REPEATED = Set.of("min_items", "max_items", "items");
  private static final Set<String> FIELD =
      Set.of("required", "string", "bytes", "int32", "int64", "enum", "repeated");

  private final Map<Descriptor, Type> types = new ConcurrentHashMap<>();

  /// The checks of one message type; `known` is false when it has rules of another kind.
  private record Type(boolean known, List<OneofDescriptor> oneofs, List<Field> fields) {
    static final Type UNKNOWN = new Type(false, List.of(), List.of());
  }

  /// The checks of one field: of its value when present, of each value when repeated.
  private record Field(
      FieldDescriptor descriptor,
      boolean required,
      long minItems,
      long maxItems,
      Predicate<Object> value) {}

  /// Whether the message is known to keep all rules of its type.
  boolean accepts(Message message) {
    Descriptor descriptor = message.getDescriptorForType();
    Type type = types.get(descriptor);
    if (type == null) {
      type = typeOf(descriptor);
      types.put(descriptor, type);
    }
    if (!type.known()) {
      return false;
    }
    for (OneofDescriptor oneof : type.oneofs()) {
      if (!message.hasOneof(oneof)) {
        return false;
      }
    }
    for (Field field : type.fields()) {
      if (!accepts(message, field)) {
        return false;
      }
    }
    return true;
  }

  private static boolean accepts(Message message, Field field) {
    FieldDescriptor descriptor = field.descriptor();
    if (descriptor.isRepeated()) {
      int count = message.getRepeatedFieldCount(descriptor);
      if (count < field.minItems() || count > field.maxItems()) {
        return false;
      }
      for (int i = 0; i < count; i++) {
        if (!field.value().test(message.getRepeatedField(descriptor, i))) {
          return false;
        }
      }
      return true;
    }
    if (descriptor.hasPresence() && !message.hasField(descriptor)) {
      return !field.required();
    }
    return field.value().test(message.getField(descriptor));
  }

  private Type typeOf(Descriptor descriptor) {
    MessageRules rules = descriptor.getOptions().getExtension(ValidateProto.message);
    if (!rules.getAllFields().isEmpty()) {
      return Type.UNKNOWN;
    }
    List<OneofDescriptor> oneofs = new ArrayList<>();
    for (OneofDescriptor oneof : descriptor.getRealOneofs()) {
      OneofRules oneofRules = oneof.getOptions().getExtension(ValidateProto.oneof);
      if (oneofRules.getRequired()) {
        oneofs.add(oneof);
      }
    }
    List<Field> fields = new ArrayList<>();
    for (FieldDescriptor field : descriptor.getFields()) {
      FieldRules fieldRules = field.getOptions().getExtension(ValidateProto.field);
      if (fieldRules.getAllFields().isEmpty() && field.getJavaType() != JavaType.MESSAGE) {
        continue;
      }
      Optional<Field> checked = field(field, fieldRules);
      if (checked.isEmpty()) {
        return Type.UNKNOWN;
      }
      fields.add(checked.get());
    }
    return new Type(true, List.copyOf(oneofs), List.copyOf(fields));
  }

  private Optional<Field> field(FieldDescriptor field, FieldRules rules) {
    // What must be there but cannot be seen to be missing is left to the library.
    boolean strange = rules.getRequired() && !field.hasPresence();
    if (field.isMapField() || strange || !only(rules, FIELD)) {
      return field.isMapField() && rules.getAllFields().isEmpty() && isScalarMap(field)
          ? Optional.of(new Field(field, false, 0, Long.MAX_VALUE, entry -> true))
          : Optional.empty();
    }
    if (!field.isRepeated()) {
      return value(field, rules)
          .map(value -> new Field(field, rules.getRequired(), 0, Long.MAX_VALUE, value));
    }
    RepeatedRules repeated = rules.getRepeated();
    FieldRules items = repeated.getItems();
    if (!only(repeated, REPEATED) || !only(items, FIELD) || items.getRequired()) {
      return Optional.empty();
    }
    long most = repeated.hasMaxItems() ? repeated.getMaxItems() : Long.MAX_VALUE;
    return value(field, items)
        .map(value -> new Field(field, false, repeated.getMinItems(), most, value));
  }

  private static boolean isScalarMap(FieldDescriptor map) {
    return map.getMessageType().findFieldByName("value").getJavaType() != JavaType.MESSAGE;
  }

  private Optional<Predicate<Object>> value(FieldDescriptor field, FieldRules rules) {
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

  private static Optional<Predicate<Object>> only(
      Message rules, Set<String> names, Predicate<Object> check) {
    return only(rules, names) ? Optional.of(check) : Optional.empty();
  }

  private static boolean only(Message rules, Set<String> names) {
    Collection<FieldDescriptor> set = rules.getAllFields().keySet();
    return names.containsAll(
        set.stream().map(FieldDescriptor::getName).collect(Collectors.toSet()));
  }
}
