package dev.carillon.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// A file of lines that grows at its end and is now and then replaced as a whole; it never holds
/// half a line for longer than a failure to write lasts.
///
/// For use by one thread at a time. A call that throws has changed nothing that a reader would see,
/// and may be made again.
final class CursorLog {
  private final Path file;
  private final Files files;
  private @Nullable SeekableByteChannel channel;
  private long length;
  private long lines;
  private boolean torn;

  /// Opens the files; a test's own fail when it wants them to.
  interface Files {
    /// The system's.
    Files SYSTEM = FileChannel::open;

    /// Opens a file for writing.
    SeekableByteChannel open(Path file, StandardOpenOption... options) throws IOException;
  }

  /// A log that is not open: it begins with a [#rewrite].
  CursorLog(Path file, Files files) {
    this.file = file;
    this.files = files;
  }

  /// Whether lines can be appended. A failure, or an interrupt of the calling thread, may have
  /// closed it; a rewrite opens it again.
  boolean isOpen() {
    SeekableByteChannel open = channel;
    return open != null && open.isOpen();
  }

  /// How many lines it holds.
  long lines() {
    return lines;
  }

  /// Appends a line, which ends with a line break: all of it or nothing.
  void append(String line) throws IOException {
    SeekableByteChannel open = channel;
    if (open == null) {
      throw new IOException("not open");
    }
    if (torn) {
      truncate(open);
    }
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    try {
      write(open, bytes);
    } catch (IOException failure) {
      torn = true;
      undo(open, failure);
      throw failure;
    }
    length += bytes.length;
    lines++;
  }

  /// Replaces all lines. What was there stays, and can be appended to, until the new file is whole.
  void rewrite(String text, long newLines) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Path next = file.resolveSibling(file.getFileName() + ".new");
    try (SeekableByteChannel to =
        files.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      write(to, bytes);
    }
    java.nio.file.Files.move(
        next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    // The old channel leads to a file that has lost its name.
    close();
    channel = files.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    length = bytes.length;
    lines = newLines;
    torn = false;
  }

  /// Closes the file; a rewrite opens it again.
  void close() throws IOException {
    SeekableByteChannel open = channel;
    channel = null;
    if (open != null) {
      open.close();
    }
  }

  private void undo(SeekableByteChannel open, IOException failure) {
    try {
      truncate(open);
    } catch (IOException again) {
      // The next append tries once more, before it writes.
      failure.addSuppressed(again);
    }
  }

  private void truncate(SeekableByteChannel open) throws IOException {
    open.truncate(length);
    torn = false;
  }

  private static void write(SeekableByteChannel to, byte[] line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(line);
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }
}
