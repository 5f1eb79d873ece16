package dev.carillon.engines;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Copies of a 64-bit little-endian ELF program only what the system loads to run it.
///
/// Debug information lies behind the last loaded segment and is named only by the section table,
/// which is needed for debugging and linking alone. For an unstripped server that is nine tenths of
/// the file.
final class LoadedElf {
  private static final int HEAD_BYTES = 4096;
  private static final int HEADER_BYTES = 64;
  private static final int PROGRAM_ENTRY_BYTES = 56;
  private static final int MAGIC = 0x7F454C46;
  private static final int SECTION_TABLE_OFFSET = 40;
  private static final int SECTION_ENTRY_SIZE = 58;

  private LoadedElf() {}

  /// Copies a program; anything that is not such an ELF file is copied whole.
  static void copy(InputStream in, OutputStream out) throws IOException {
    byte[] head = in.readNBytes(HEAD_BYTES);
    long end = loadedEnd(head);
    if (end < head.length) {
      out.write(head);
      in.transferTo(out);
      return;
    }
    forgetSections(head);
    out.write(head);
    byte[] buffer = new byte[1 << 16];
    for (long left = end - head.length; left > 0; ) {
      int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (count < 0) {
        throw new IOException("program: " + (end - left) + " bytes (expected: " + end + ")");
      }
      out.write(buffer, 0, count);
      left -= count;
    }
  }

  /// Where the last segment ends in the file, or -1 if the head does not show it.
  private static long loadedEnd(byte[] head) {
    boolean elf64 = head.length >= HEADER_BYTES && head[4] == 2 && head[5] == 1;
    if (!elf64 || ByteBuffer.wrap(head).getInt() != MAGIC) {
      return -1;
    }
    ByteBuffer elf = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    long table = elf.getLong(32);
    int entryBytes = elf.getShort(54);
    int entries = elf.getShort(56);
    if (entryBytes != PROGRAM_ENTRY_BYTES
        || table < 0
        || table + (long) entries * entryBytes > head.length) {
      return -1;
    }
    long end = -1;
    for (int i = 0; i < entries; i++) {
      int entry = (int) table + i * entryBytes;
      end = Math.max(end, elf.getLong(entry + 8) + elf.getLong(entry + 32));
    }
    return end;
  }

  private static void forgetSections(byte[] head) {
    ByteBuffer elf = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    elf.putLong(SECTION_TABLE_OFFSET, 0);
    elf.putShort(SECTION_ENTRY_SIZE, (short) 0);
    elf.putShort(SECTION_ENTRY_SIZE + 2, (short) 0);
    elf.putShort(SECTION_ENTRY_SIZE + 4, (short) 0);
  }
}
