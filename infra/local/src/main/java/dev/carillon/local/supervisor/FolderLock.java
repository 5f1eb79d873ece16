package dev.carillon.local.supervisor;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.carillon.cli.DataFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The lock of the one supervisor that runs on a data folder; the system releases it when that
/// process has ended, however it ended. The file holds the process's id.
final class FolderLock implements AutoCloseable {
  private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

  private final FileChannel channel;

  private FolderLock(FileChannel channel) {
    this.channel = channel;
  }

  /// Takes the lock, or gives up after `limit`: a command that only looks holds it for a moment
  /// too.
  static Optional<FolderLock> take(InstallationFolder folder, Duration limit) throws IOException {
    FileChannel channel =
        FileChannel.open(
            DataFolder.lockIn(folder.root()), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    long begin = System.nanoTime();
    while (!locked(channel)) {
      if (System.nanoTime() - begin > limit.toNanos()) {
        channel.close();
        return Optional.empty();
      }
      Wait.pause(POLL_INTERVAL);
    }
    channel.truncate(0);
    channel.write(ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(US_ASCII)));
    return Optional.of(new FolderLock(channel));
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
