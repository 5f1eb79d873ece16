package dev.carillon.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Files on a disk that is full whenever a test says so: what is written then is cut off.
final class FullDisk implements CursorLog.Files {
  private long free = Long.MAX_VALUE;
  private boolean truncates = true;

  /// Leaves so many bytes.
  void leave(long bytes) {
    free = bytes;
  }

  /// Whether files can be made shorter.
  void truncates(boolean can) {
    truncates = can;
  }

  @Override
  public SeekableByteChannel open(Path file, StandardOpenOption... options) throws IOException {
    return new Opened(FileChannel.open(file, options));
  }

  private final class Opened implements SeekableByteChannel {
    private final SeekableByteChannel file;

    Opened(SeekableByteChannel file) {
      this.file = file;
    }

    @Override
    public int write(ByteBuffer bytes) throws IOException {
      if (free == 0) {
        throw new IOException("No space left on device");
      }
      int taken = (int) Math.min(free, bytes.remaining());
      free -= taken;
      ByteBuffer part = bytes.slice(bytes.position(), taken);
      bytes.position(bytes.position() + taken);
      while (part.hasRemaining()) {
        file.write(part);
      }
      return taken;
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
      if (!truncates) {
        throw new IOException("Input/output error");
      }
      file.truncate(size);
      return this;
    }

    @Override
    public int read(ByteBuffer bytes) throws IOException {
      return file.read(bytes);
    }

    @Override
    public long position() throws IOException {
      return file.position();
    }

    @Override
    public SeekableByteChannel position(long position) throws IOException {
      file.position(position);
      return this;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public boolean isOpen() {
      return file.isOpen();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
