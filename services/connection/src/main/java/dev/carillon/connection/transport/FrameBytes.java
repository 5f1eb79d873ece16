package dev.carillon.connection.transport;

import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// A marshaller that leaves the frames of a gRPC stream as they are on the wire: the session parses
/// them itself and writes deliveries that are encoded already.
///
/// @param most the largest frame in bytes; of a larger one, one byte more is read
record FrameBytes(int most) implements MethodDescriptor.Marshaller<byte[]> {
  @Override
  public InputStream stream(byte[] frame) {
    return new ByteArrayInputStream(frame);
  }

  @Override
  public byte[] parse(InputStream stream) {
    try {
      return stream.readNBytes(most + 1);
    } catch (IOException e) {
      throw new UncheckedIOException("the frame cannot be read", e);
    }
  }
}
