package dev.carillon.check.workload;

import com.google.protobuf.ByteString;
import dev.carillon.check.history.Event.Refused;
import dev.carillon.check.history.Event.Stored;
import dev.carillon.check.history.Event.Unknown;
import dev.carillon.check.history.Recorder;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.SendAck;
import dev.carillon.type.v1.Refusal;
import dev.carillon.wire.Frames;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The attempts to send of one wire device: sent again on every new connection and after every
/// retryable refusal, until they are answered or their time is over. Confined to the device's loop.
final class WireSends {
  private static final long RETRY_NANOS = 200_000_000;

  private final TestDevice device;
  private final Recorder recorder;
  private final Map<Long, UnansweredSend> open = new LinkedHashMap<>();
  private @Nullable Consumer<ClientFrame> out;

  private static final class UnansweredSend {
    final Outgoing outgoing;
    final long deadline;
    long retryAt;
    boolean tried;
    String lastRefusal = "no answer";

    UnansweredSend(Outgoing outgoing, long deadline) {
      this.outgoing = outgoing;
      this.deadline = deadline;
      this.tried = outgoing.repeat();
    }
  }

  WireSends(TestDevice device) {
    this.device = device;
    recorder = device.recorder;
  }

  void submit(Outgoing outgoing) {
    UnansweredSend attempt =
        new UnansweredSend(outgoing, recorder.now() + device.context.patience().toNanos());
    open.put(outgoing.op(), attempt);
    transmit(attempt);
  }

  void connected(Consumer<ClientFrame> to) {
    out = to;
    open.values().forEach(this::transmit);
  }

  void disconnected() {
    out = null;
  }

  void acknowledged(SendAck ack) {
    UnansweredSend attempt = open.remove(ack.getRequestId());
    if (attempt != null) {
      device.end(
          attempt.outgoing,
          new Stored(
              recorder.now(),
              device.device,
              attempt.outgoing.op(),
              ack.getSeq(),
              ack.getPrevSeq(),
              ack.getDuplicate()));
    }
  }

  void refused(long requestId, Refusal refusal) {
    UnansweredSend attempt = open.get(requestId);
    if (attempt == null) {
      return;
    }
    if (refusal.getRetryable()) {
      attempt.lastRefusal = refusal.getReason();
      attempt.retryAt = recorder.now() + RETRY_NANOS;
    } else {
      open.remove(requestId);
      device.end(
          attempt.outgoing,
          new Refused(recorder.now(), device.device, attempt.outgoing.op(), refusal.getReason()));
    }
  }

  /// Sends again what has waited long enough, and gives up what is too old.
  void tick() {
    long now = recorder.now();
    List<UnansweredSend> expired = new ArrayList<>();
    for (UnansweredSend attempt : open.values()) {
      if (now >= attempt.deadline) {
        expired.add(attempt);
      } else if (attempt.retryAt != 0 && now >= attempt.retryAt) {
        attempt.retryAt = 0;
        transmit(attempt);
      }
    }
    expired.forEach(this::giveUp);
  }

  void close() {
    new ArrayList<>(open.values()).forEach(this::giveUp);
  }

  private void giveUp(UnansweredSend attempt) {
    open.remove(attempt.outgoing.op());
    device.end(
        attempt.outgoing,
        new Unknown(recorder.now(), device.device, attempt.outgoing.op(), attempt.lastRefusal));
  }

  private void transmit(UnansweredSend attempt) {
    Consumer<ClientFrame> to = out;
    if (to == null) {
      return;
    }
    Outgoing outgoing = attempt.outgoing;
    boolean direct = outgoing.conversation().direct();
    to.accept(
        Frames.send(
            outgoing.op(),
            direct ? outgoing.conversation().peerOf(device.device.user()) : "",
            Facts.bytes(outgoing.conversation().id()),
            Facts.bytes(outgoing.id()),
            ByteString.copyFromUtf8(outgoing.text()),
            attempt.tried));
    attempt.tried = true;
  }
}
