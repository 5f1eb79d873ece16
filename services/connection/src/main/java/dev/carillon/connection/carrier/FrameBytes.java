package dev.carillon.connection.carrier;

import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/// Leaves the frames of a gRPC stream as they are on the wire, because the session reads them
/// itself and writes deliveries that are encoded already.
///
/// @param most how many bytes of a frame are read; one more tells that it is too large
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
