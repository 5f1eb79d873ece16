package dev.carillon.connection.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/// A message as it stands at the end of every Deliver frame, the same bytes for all devices of a
/// gateway. The gateway takes them over from the message service without parsing them.
///
/// The frame is `ServerFrame{deliver: Deliver{delivery_number, message}}`. Only the number differs
/// from device to device and it comes first on the wire, so a device's frame is up to 17 bytes of
/// its own followed by these shared ones. They are copied into every connection's buffer: a short
/// copy costs less than counting the references of a shared one.
public final class EncodedMessage {
  private static final int DELIVER_TAG = 4 << 3 | 2;
  private static final int NUMBER_TAG = 1 << 3;
  private static final int MESSAGE_TAG = 2 << 3 | 2;

  private final byte[] tail;
  private final String traceParent;

  private EncodedMessage(byte[] tail, String traceParent) {
    this.tail = tail;
    this.traceParent = traceParent;
  }

  /// Takes over a serialized message; `traceParent` is the span of its delivery, empty when it is
  /// not traced.
  public static EncodedMessage of(ByteString message, String traceParent) {
    int size = message.size();
    byte[] tail = new byte[1 + CodedOutputStream.computeUInt32SizeNoTag(size) + size];
    ByteBuf out = Unpooled.wrappedBuffer(tail).clear();
    out.writeByte(MESSAGE_TAG);
    writeVarint(out, size);
    message.copyTo(tail, out.writerIndex());
    return new EncodedMessage(tail, traceParent);
  }

  /// The span of its delivery on this gateway; empty when it is not traced.
  String traceParent() {
    return traceParent;
  }

  /// How many bytes are shared.
  public int size() {
    return tail.length;
  }

  /// How long the frame is that carries the message as delivery `number`, in bytes.
  public int frameSize(long number) {
    int deliver = deliverSize(number);
    return 1 + CodedOutputStream.computeUInt32SizeNoTag(deliver) + deliver;
  }

  /// Appends the frame that carries the message as delivery `number`.
  public void writeTo(ByteBuf out, long number) {
    out.writeByte(DELIVER_TAG);
    writeVarint(out, deliverSize(number));
    out.writeByte(NUMBER_TAG);
    writeVarint(out, number);
    out.writeBytes(tail);
  }

  private int deliverSize(long number) {
    return 1 + CodedOutputStream.computeUInt64SizeNoTag(number) + tail.length;
  }

  private static void writeVarint(ByteBuf out, long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      out.writeByte((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    out.writeByte((int) rest);
  }
}
