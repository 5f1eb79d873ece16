package dev.carillon.runtime.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import build.buf.validate.FieldRules;
import build.buf.validate.StringRules;
import build.buf.validate.ValidateProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.DeliverRequest;
import dev.carillon.message.v1.AppendRequest;
import dev.carillon.presence.v1.LocateRequest;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.sequence.v1.ReserveRequest;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class RequestValidatorTest {
  private static final int[] LENGTHS = {
    0, 0, 1, 1, 1, 2, 8, 15, 16, 16, 16, 17, 21, 22, 32, 33, 42, 43, 63, 64, 65, 127, 128, 129, 256,
    257, 1_024, 1_025
  };
  private static final long[] NUMBERS = {
    Long.MIN_VALUE, -1, 0, 0, 1, 1, 2, 50, 51, 200, 201, 1_023, 1_024, Long.MAX_VALUE
  };
  private static final String[] LETTERS = {"a", "a", "é", "€", "😀"};

  private final RequestValidator validator = RequestValidator.shared();
  private final Random random = new Random(7);

  static Stream<FileDescriptor> contracts() {
    return Stream.of(
            ClientFrame.getDescriptor(),
            DeliverRequest.getDescriptor(),
            AppendRequest.getDescriptor(),
            LocateRequest.getDescriptor(),
            ReserveRequest.getDescriptor())
        .map(Descriptor::getFile);
  }

  @ParameterizedTest
  @MethodSource("contracts")
  void acceptsWhatTheLibraryAcceptsAndNothingElse(FileDescriptor contract) {
    for (Descriptor type : contract.getMessageTypes()) {
      for (int i = 0; i < 300; i++) {
        Message message = message(type, 0);
        assertThat(validator.accepts(message))
            .as("%s", message)
            .isEqualTo(acceptedByLibrary(message));
      }
    }
  }

  @Test
  void triesBothOutcomes() {
    List<Boolean> outcomes =
        Stream.generate(() -> validator.accepts(message(LocateRequest.getDescriptor(), 0)))
            .limit(1_000)
            .distinct()
            .toList();

    assertThat(outcomes).containsExactlyInAnyOrder(true, false);
  }

  @Test
  void leavesRulesItDoesNotKnowToTheLibrary() throws DescriptorValidationException {
    StringRules pattern = StringRules.newBuilder().setPattern("^[a-z]+$").build();
    Descriptor type = withOneText(FieldRules.newBuilder().setString(pattern).build());
    DynamicMessage good =
        DynamicMessage.newBuilder(type).setField(type.findFieldByName("text"), "abc").build();

    assertThat(validator.accepts(good)).isFalse();
    assertThat(acceptedByLibrary(good)).isTrue();
  }

  private static Descriptor withOneText(FieldRules rules) throws DescriptorValidationException {
    FieldDescriptorProto field =
        FieldDescriptorProto.newBuilder()
            .setName("text")
            .setNumber(1)
            .setType(FieldDescriptorProto.Type.TYPE_STRING)
            .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
            .setOptions(FieldOptions.newBuilder().setExtension(ValidateProto.field, rules))
            .build();
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("note.proto")
            .setSyntax("proto3")
            .addDependency(ValidateProto.getDescriptor().getName())
            .addMessageType(DescriptorProto.newBuilder().setName("Note").addField(field))
            .build();
    return FileDescriptor.buildFrom(file, new FileDescriptor[] {ValidateProto.getDescriptor()})
        .findMessageTypeByName("Note");
  }

  private boolean acceptedByLibrary(Message message) {
    try {
      validator.checkThoroughly(message, "");
      return true;
    } catch (Refusal refused) {
      return false;
    }
  }

  private Message message(Descriptor type, int depth) {
    DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
    for (FieldDescriptor field : type.getFields()) {
      boolean deep = depth > 3 && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
      if (field.isMapField() || deep || random.nextInt(8) == 0) {
        continue;
      }
      if (field.isRepeated()) {
        for (int count = random.nextInt(4); count > 0; count--) {
          message.addRepeatedField(field, value(field, depth));
        }
      } else {
        message.setField(field, value(field, depth));
      }
    }
    return message.build();
  }

  private Object value(FieldDescriptor field, int depth) {
    return switch (field.getJavaType()) {
      case STRING -> LETTERS[random.nextInt(LETTERS.length)].repeat(length());
      case BYTE_STRING -> ByteString.copyFrom(new byte[length()]);
      case INT -> Math.clamp(number(), Integer.MIN_VALUE, Integer.MAX_VALUE);
      case LONG -> number();
      case BOOLEAN -> random.nextBoolean();
      case DOUBLE -> random.nextDouble();
      case FLOAT -> random.nextFloat();
      case ENUM -> constant(field);
      case MESSAGE -> message(field.getMessageType(), depth + 1);
    };
  }

  private EnumValueDescriptor constant(FieldDescriptor field) {
    int number = random.nextInt(field.getEnumType().getValues().size() + 1);
    return field.getEnumType().findValueByNumberCreatingIfUnknown(number);
  }

  private int length() {
    return LENGTHS[random.nextInt(LENGTHS.length)];
  }

  private long number() {
    return NUMBERS[random.nextInt(NUMBERS.length)];
  }
}
