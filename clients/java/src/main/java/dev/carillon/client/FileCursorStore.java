package dev.carillon.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A cursor store in a folder of its own, for one device and one process at a time.
///
/// Every step is a line appended to the file `cursors`, so that a crash loses the last line at the
/// most and a message is handed over again; the file is written anew when it has grown. It survives
/// the death of the process; a power cut may take the last seconds, which only means that messages
/// come again. A lock keeps a second process out.
public final class FileCursorStore implements CursorStore, AutoCloseable {
  private static final int SPARE_LINES = 1_000;
  private static final String VERSION = "version";

  private final Path file;
  private final FileChannel lockChannel;
  private final Map<ConversationId, Long> cursors = new HashMap<>();
  private long version;
  private long lines;
  private FileChannel log;

  private FileCursorStore(Path file, FileChannel lockChannel) throws IOException {
    this.file = file;
    this.lockChannel = lockChannel;
    if (Files.exists(file)) {
      read(Files.readString(file, StandardCharsets.UTF_8));
    }
    this.log = rewrite();
  }

  /// Opens the store in `folder`, which is made when it does not exist.
  ///
  /// @throws IllegalStateException when another process, or another store of this one, has it open
  /// @throws UncheckedIOException when the folder cannot be written to
  public static FileCursorStore open(Path folder) {
    try {
      Files.createDirectories(folder);
      FileChannel lockChannel =
          FileChannel.open(
              folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        if (tryLock(lockChannel) == null) {
          throw new IllegalStateException(
              "cursors: " + folder + " is in use (expected: one process at a time for a device)");
        }
        return new FileCursorStore(folder.resolve("cursors"), lockChannel);
      } catch (IOException | RuntimeException failure) {
        lockChannel.close();
        throw failure;
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("cursors: cannot use " + folder, failure);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException takenByThisProcess) {
      return null;
    }
  }

  @Override
  public synchronized OptionalLong lastSeq(ConversationId conversationId) {
    Long seq = cursors.get(conversationId);
    return seq == null ? OptionalLong.empty() : OptionalLong.of(seq);
  }

  @Override
  public synchronized void processed(ConversationId conversationId, long seq) {
    append(conversationId.hex() + " " + seq + "\n");
    cursors.put(conversationId, seq);
  }

  @Override
  public synchronized long mailboxVersion() {
    return version;
  }

  @Override
  public synchronized void completeUpTo(long mailboxVersion) {
    append(VERSION + " " + mailboxVersion + "\n");
    version = mailboxVersion;
  }

  /// Forgets everything: the device takes all messages in again.
  public synchronized void reset() {
    try {
      cursors.clear();
      version = 0;
      log.close();
      log = rewrite();
    } catch (IOException failure) {
      throw new UncheckedIOException("cursors: cannot write " + file, failure);
    }
  }

  /// Lets another process open the store.
  @Override
  public synchronized void close() {
    try {
      log.close();
      lockChannel.close();
    } catch (IOException failure) {
      throw new UncheckedIOException("cursors: cannot close " + file, failure);
    }
  }

  private void append(String line) {
    try {
      write(log, line);
      lines++;
      if (lines > 4L * cursors.size() + SPARE_LINES) {
        log.close();
        log = rewrite();
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("cursors: cannot write " + file, failure);
    }
  }

  private FileChannel rewrite() throws IOException {
    StringBuilder text = new StringBuilder();
    cursors.forEach((id, seq) -> text.append(id.hex()).append(' ').append(seq).append('\n'));
    text.append(VERSION).append(' ').append(version).append('\n');
    Path next = file.resolveSibling("cursors.new");
    Files.writeString(next, text, StandardCharsets.UTF_8);
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    lines = cursors.size() + 1L;
    return FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
  }

  /// What follows the last line break was cut off by a crash and does not count.
  private void read(String text) {
    int end = text.lastIndexOf('\n');
    text.substring(0, Math.max(end, 0)).lines().forEach(this::readLine);
  }

  private void readLine(String line) {
    int space = line.indexOf(' ');
    try {
      long value = Long.parseLong(line.substring(space + 1));
      if (line.startsWith(VERSION)) {
        version = value;
      } else {
        cursors.put(new ConversationId(line.substring(0, Math.max(space, 0))), value);
      }
    } catch (IllegalArgumentException damaged) {
      throw new IllegalStateException(
          "cursors: " + file + " holds '" + line + "' (expected: an id and a number)", damaged);
    }
  }

  private static void write(FileChannel to, String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      to.write(bytes);
    }
  }
}
