package dev.carillon.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.RelayedFrame;
import dev.carillon.connection.v1.RelayedSend;
import dev.carillon.connection.v1.Send;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Text;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RelayedFrameTest {
  @Test
  void hasTheFieldsOfWhatDevicesSend() {
    assertThat(fields(RelayedFrame.getDescriptor(), "send"))
        .isEqualTo(fields(ClientFrame.getDescriptor(), "send"));
    assertThat(fields(RelayedSend.getDescriptor(), "body"))
        .isEqualTo(fields(Send.getDescriptor(), "body"));
  }

  @Test
  void readsTheFrameOfADeviceAndKeepsTheBytesOfTheBody() throws InvalidProtocolBufferException {
    Body body = Body.newBuilder().setText(Text.newBuilder().setText("hello")).build();
    ClientFrame sent =
        ClientFrame.newBuilder()
            .setSend(Send.newBuilder().setRequestId(7).setToUser("bob").setBody(body))
            .build();

    RelayedFrame read = RelayedFrame.parseFrom(sent.toByteArray());

    assertThat(read.getSend().getToUser()).isEqualTo("bob");
    assertThat(read.getSend().getBody()).isEqualTo(body.toByteString());
    assertThat(read.toByteString()).isEqualTo(sent.toByteString());
  }

  /// Number, name and type of every field; of `relayed` only number and name.
  private static List<String> fields(Descriptor descriptor, String relayed) {
    return descriptor.getFields().stream()
        .map(field ->
            field.getName().equals(relayed)
                ? field.getNumber() + " " + relayed
                : field.getNumber() + " " + field.getName() + " " + type(field))
        .toList();
  }

  private static String type(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        ? field.getMessageType().getFullName()
        : field.getType().name();
  }
}
