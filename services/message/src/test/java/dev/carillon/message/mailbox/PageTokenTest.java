package dev.carillon.message.mailbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.carillon.message.conversation.MessageError;
import dev.carillon.runtime.errors.Refusal;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class PageTokenTest {
  private static final Device PHONE = new Device("ann", "phone");

  private final byte[] token = new PageToken(7, 9).encode(PHONE);

  @Test
  void isReadBackByTheDeviceThatGotIt() {
    assertThat(PageToken.decode(token, PHONE)).isEqualTo(new PageToken(7, 9));
  }

  @Test
  void isNothingToAnotherDevice() {
    assertRefused(token, new Device("ann", "laptop"));
    assertRefused(token, new Device("bob", "phone"));
    assertRefused(token, new Device("annp", "hone"));
  }

  @Test
  void showsEveryDamagedBit() {
    for (int bit = 0; bit < token.length * Byte.SIZE; bit++) {
      byte[] damaged = token.clone();
      damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertRefused(damaged, PHONE);
    }
  }

  @Test
  void showsMissingAndSurplusBytes() {
    assertRefused(new byte[0], PHONE);
    assertRefused(Arrays.copyOf(token, token.length - 1), PHONE);
    assertRefused(Arrays.copyOf(token, token.length + 1), PHONE);
  }

  @Test
  void doesNotReachBeyondItsEnd() {
    assertRefused(new PageToken(10, 9).encode(PHONE), PHONE);
    assertRefused(new PageToken(-1, 9).encode(PHONE), PHONE);
  }

  private static void assertRefused(byte[] bytes, Device device) {
    assertThatExceptionOfType(Refusal.class)
        .as("%s", Arrays.toString(bytes))
        .isThrownBy(() -> PageToken.decode(bytes, device))
        .matches(refusal -> refusal.is(MessageError.PAGE_TOKEN_INVALID));
  }
}
