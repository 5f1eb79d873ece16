package dev.carillon.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A cursor store in a folder of its own, for one device and one process at a time.
///
/// Every step is a line appended to the file `cursors`, so that a crash loses the last line at the
/// most and a message is handed over again; the file is written anew when it has grown. It survives
/// the death of the process; a power cut may take the last seconds, which only means that messages
/// come again. A lock keeps a second process out.
///
/// When a line cannot be written, such as on a full disk, the call fails with
/// [UncheckedIOException], nothing has changed, and the next call tries again. A closed store
/// refuses with [IllegalStateException] what would have to be written.
public final class FileCursorStore implements CursorStore, AutoCloseable {
  private static final int SPARE_LINES = 1_000;
  private static final String VERSION = "version";

  /// The folders open in this process. A lock of the system is the process's, not the store's:
  /// opening the lock file a second time and closing it again would end the lock of the first.
  private static final Set<Path> OPEN_HERE = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final Path file;
  private final FileChannel lockChannel;
  private final CursorLog log;
  private final Map<ConversationId, Long> cursors = new HashMap<>();
  private long version;
  private long rewriteAt;
  private boolean closed;

  private FileCursorStore(Path folder, FileChannel lockChannel, CursorLog.Files files)
      throws IOException {
    this.folder = folder;
    this.file = folder.resolve("cursors");
    this.lockChannel = lockChannel;
    this.log = new CursorLog(file, files);
    if (Files.exists(file)) {
      read(Files.readString(file, StandardCharsets.UTF_8));
    }
    rewrite(cursors, version);
  }

  /// Opens the store in `folder`, which is made when it does not exist.
  ///
  /// @throws IllegalStateException when another process, or another store of this one, has it open
  /// @throws UncheckedIOException when the folder cannot be written to
  public static FileCursorStore open(Path folder) {
    return open(folder, CursorLog.Files.SYSTEM);
  }

  static FileCursorStore open(Path folder, CursorLog.Files files) {
    try {
      Files.createDirectories(folder);
      Path real = folder.toRealPath();
      if (!OPEN_HERE.add(real)) {
        throw inUse(folder);
      }
      try {
        return locked(real, files);
      } catch (IOException | RuntimeException failure) {
        OPEN_HERE.remove(real);
        throw failure;
      }
    } catch (IOException failure) {
      throw new UncheckedIOException("cursors: cannot use " + folder, failure);
    }
  }

  private static FileCursorStore locked(Path folder, CursorLog.Files files) throws IOException {
    FileChannel lockChannel =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      @Nullable FileLock lock = lockChannel.tryLock();
      if (lock == null) {
        throw inUse(folder);
      }
      return new FileCursorStore(folder, lockChannel, files);
    } catch (IOException | RuntimeException failure) {
      lockChannel.close();
      throw failure;
    }
  }

  private static IllegalStateException inUse(Path folder) {
    return new IllegalStateException(
        "cursors: " + folder + " is in use (expected: one process at a time for a device)");
  }

  @Override
  public synchronized OptionalLong lastSeq(ConversationId conversationId) {
    Long seq = cursors.get(conversationId);
    return seq == null ? OptionalLong.empty() : OptionalLong.of(seq);
  }

  @Override
  public synchronized void processed(ConversationId conversationId, long seq) {
    append(line(conversationId, seq));
    cursors.put(conversationId, seq);
    rewriteWhenGrown();
  }

  @Override
  public synchronized long mailboxVersion() {
    return version;
  }

  @Override
  public synchronized void completeUpTo(long mailboxVersion) {
    append(VERSION + " " + mailboxVersion + "\n");
    version = mailboxVersion;
    rewriteWhenGrown();
  }

  @Override
  public synchronized void forgetAllBut(Set<ConversationId> known) {
    Map<ConversationId, Long> kept = new HashMap<>(cursors);
    if (kept.keySet().retainAll(known)) {
      replaceBy(kept, version);
    }
  }

  /// Forgets everything: the device takes all messages in again.
  public synchronized void reset() {
    replaceBy(Map.of(), 0);
  }

  /// Lets another process open the store. Closing again does nothing.
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (lockChannel) {
      log.close();
    } catch (IOException failure) {
      throw new UncheckedIOException("cursors: cannot close " + file, failure);
    } finally {
      OPEN_HERE.remove(folder);
    }
  }

  private void replaceBy(Map<ConversationId, Long> seqs, long mailboxVersion) {
    requireOpen();
    try {
      rewrite(seqs, mailboxVersion);
    } catch (IOException failure) {
      throw cannotWrite(failure);
    }
    cursors.clear();
    cursors.putAll(seqs);
    version = mailboxVersion;
  }

  private void append(String line) {
    requireOpen();
    try {
      if (log.isOpen()) {
        log.append(line);
      } else {
        rewrite(cursors, version);
        log.append(line);
      }
    } catch (IOException failure) {
      throw cannotWrite(failure);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("cursors: " + folder + " is closed (expected: open)");
    }
  }

  private UncheckedIOException cannotWrite(IOException failure) {
    return new UncheckedIOException("cursors: cannot write " + file, failure);
  }

  private void rewriteWhenGrown() {
    if (log.lines() <= rewriteAt) {
      return;
    }
    try {
      rewrite(cursors, version);
    } catch (IOException later) {
      // The line itself is written, and a long file is as good as a short one.
      rewriteAt += SPARE_LINES;
    }
  }

  private void rewrite(Map<ConversationId, Long> seqs, long mailboxVersion) throws IOException {
    StringBuilder text = new StringBuilder();
    seqs.forEach((id, seq) -> text.append(line(id, seq)));
    text.append(VERSION).append(' ').append(mailboxVersion).append('\n');
    log.rewrite(text.toString(), seqs.size() + 1L);
    rewriteAt = 4L * seqs.size() + SPARE_LINES;
  }

  private static String line(ConversationId id, long seq) {
    return id.hex() + " " + seq + "\n";
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
}
