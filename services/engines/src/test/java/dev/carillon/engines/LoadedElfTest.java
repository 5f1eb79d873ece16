package dev.carillon.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LoadedElfTest {
  private static final int LOADED_BYTES = 70_000;

  @Test
  void dropsWhatLiesBehindTheLastSegment() throws IOException {
    byte[] copied = copy(elf(200_000));

    assertThat(copied).hasSize(LOADED_BYTES);
    assertThat(Arrays.copyOfRange(copied, 4096, LOADED_BYTES)).containsOnly(7);
    assertThat(ByteBuffer.wrap(copied).order(ByteOrder.LITTLE_ENDIAN).getLong(40)).isZero();
    assertThat(Arrays.copyOfRange(copied, 58, 64)).containsOnly(0);
  }

  @Test
  void copiesAnyOtherFileWhole() throws IOException {
    byte[] script = "#!/bin/sh\nexit 0\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    assertThat(copy(script)).isEqualTo(script);
    assertThat(copy(new byte[9_000])).hasSize(9_000);
  }

  @Test
  void refusesAProgramThatEndsTooEarly() {
    assertThatThrownBy(() -> copy(elf(60_000)))
        .isInstanceOf(IOException.class)
        .hasMessage("program: 60000 bytes (expected: 70000)");
  }

  private static byte[] copy(byte[] file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LoadedElf.copy(new ByteArrayInputStream(file), out);
    return out.toByteArray();
  }

  /// A header, one segment of 70,000 bytes, and a section table at the end of the file.
  private static byte[] elf(int bytes) {
    ByteBuffer elf = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.fill(elf.array(), 4096, bytes, (byte) 7);
    elf.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1});
    elf.putLong(32, 64).putLong(40, bytes - 64L);
    elf.putShort(54, (short) 56).putShort(56, (short) 1).putShort(58, (short) 64);
    elf.putLong(64 + 8, 0).putLong(64 + 32, LOADED_BYTES);
    return elf.array();
  }
}
