package dev.carillon.connection.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class ReceivePositionTest {
  @Test
  void comesBackAsItWasWritten() {
    ReceivePosition position =
        ReceivePosition.start().after(conversation(1), 7).after(conversation(2), 9).atVersion(12);

    ReceivePosition read = ReceivePosition.decode("ann", position.encode("ann"));

    assertThat(read.version()).isEqualTo(12);
    assertThat(read.cursor(conversation(1))).isEqualTo(7);
    assertThat(read.cursor(conversation(2))).isEqualTo(9);
    assertThat(read.cursor(conversation(3))).isZero();
  }

  @Test
  void letsGoOfTheConversationReadLongestAgo() {
    ReceivePosition position = ReceivePosition.start();
    for (int i = 0; i <= ReceivePosition.MAX_CURSORS; i++) {
      position = position.after(conversation(i), 1);
    }
    assertThat(position.cursor(conversation(0))).isZero();
    assertThat(position.cursor(conversation(1))).isEqualTo(1);
    assertThat(position.cursors()).hasSize(ReceivePosition.MAX_CURSORS);
  }

  @Test
  void refusesWhatItDidNotGiveToThisUser() {
    String anns = ReceivePosition.start().after(conversation(1), 7).encode("ann");
    for (String bad : new String[] {"", "x", "AAAA", anns.substring(4), anns + "AAAA", "ü"}) {
      assertThatThrownBy(() -> ReceivePosition.decode("ann", bad))
          .isInstanceOf(RequestException.class)
          .hasMessageContaining("lastPos");
    }
    assertThatThrownBy(() -> ReceivePosition.decode("bob", anns))
        .isInstanceOf(RequestException.class);
  }

  private static ByteString conversation(int number) {
    return ByteString.copyFrom(ByteBuffer.allocate(16).putInt(12, number));
  }
}
