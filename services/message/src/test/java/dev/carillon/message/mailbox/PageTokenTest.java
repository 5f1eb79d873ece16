package dev.carillon.message.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class PageTokenTest {
  private static final Device PHONE = new Device("ann", "phone");

  private final byte[] token = new PageToken(7, 9).encode(PHONE);

  @Test
  void isReadBackByTheDeviceThatGotIt() {
    assertThat(PageToken.decode(token, PHONE)).contains(new PageToken(7, 9));
  }

  @Test
  void isNothingToAnotherDevice() {
    assertThat(PageToken.decode(token, new Device("ann", "laptop"))).isEmpty();
    assertThat(PageToken.decode(token, new Device("bob", "phone"))).isEmpty();
    assertThat(PageToken.decode(token, new Device("annp", "hone"))).isEmpty();
  }

  @Test
  void showsEveryDamagedBit() {
    for (int bit = 0; bit < token.length * Byte.SIZE; bit++) {
      byte[] damaged = token.clone();
      damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertThat(PageToken.decode(damaged, PHONE)).as("bit %s", bit).isEmpty();
    }
  }

  @Test
  void showsMissingAndSurplusBytes() {
    assertThat(PageToken.decode(new byte[0], PHONE)).isEmpty();
    assertThat(PageToken.decode(Arrays.copyOf(token, token.length - 1), PHONE)).isEmpty();
    assertThat(PageToken.decode(Arrays.copyOf(token, token.length + 1), PHONE)).isEmpty();
  }

  @Test
  void doesNotReachBeyondItsEnd() {
    assertThat(PageToken.decode(new PageToken(10, 9).encode(PHONE), PHONE)).isEmpty();
    assertThat(PageToken.decode(new PageToken(-1, 9).encode(PHONE), PHONE)).isEmpty();
  }
}
