package dev.carillon.runtime.slots;

import static org.assertj.core.api.Assertions.assertThat;

import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SlotsTest {
  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "'',ef46db3751d8e999",
        "a,d24ec4f1a98c6e5b",
        "as,1c330fb2d66be179",
        "asd,631c37ce72a97393",
        "asdf,415872f599cea71e",
        "0123456789abcdef,5c5b90c34e376d0b",
        "0123456789abcdef0123456789abcdef,642a94958e71e6c5",
        "Call me Ishmael. Some years ago--never mind how long precisely-,02a2e85470d6fd96"
      })
  void hashesAsXxHash64OfSeedZero(String text, String hash) {
    long hashed = Hashing.xxh64().hashBytesToLong(text.getBytes(StandardCharsets.UTF_8));
    assertThat(hashed).isEqualTo(Long.parseUnsignedLong(hash, 16));
  }

  @Test
  void takesTheTopTenBitsOfTheLittleEndianKeyspaceId() {
    // xxh64("a") is d24ec4f1a98c6e5b; Vitess writes it 5b6e8ca9f1c44ed2, whose top bits are 5b, 01.
    assertThat(Slots.of("a")).isEqualTo(0x5b << 2 | 0x6e >> 6);
    assertThat(Slots.of("")).isEqualTo(0x99 << 2 | 0xe9 >> 6);
    assertThat(Slots.of("0123456789abcdef".getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(0x0b << 2 | 0x6d >> 6);
  }

  @Test
  void spreadsKeysOverAllSlots() {
    int[] keys = new int[Slots.COUNT];
    for (long key = 0; key < 100_000; key++) {
      keys[Slots.of(ByteBuffer.allocate(16).putLong(8, key).array())]++;
    }
    assertThat(IntStream.of(keys).boxed())
        .allSatisfy(count -> assertThat(count).isBetween(40, 180));
  }
}
