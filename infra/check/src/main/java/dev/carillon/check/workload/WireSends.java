package dev.carillon.check.workload;

import com.google.protobuf.ByteString;
import dev.carillon.check.history.Event.Outcome;
import dev.carillon.check.history.Event.Refused;
import dev.carillon.check.history.Event.Stored;
import dev.carillon.check.history.Event.Unknown;
import dev.carillon.check.history.Recorder;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.SendAck;
import dev.carillon.type.v1.Refusal;
import dev.carillon.wire.Frames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/// The attempts to send of one wire device: sent again on every new connection and after every
/// retryable refusal, until they are answered or their time is over. Confined to the device's loop.
final class WireSends {
  private static final long RETRY_NANOS = 200_000_000;

  private final TestDevice device;
  private final Recorder recorder;
  private final Map<Long, UnansweredSend> open = new LinkedHashMap<>();
  private final Predicate<ClientFrame> out;

  private static final class UnansweredSend {
    final long op;
    final Outgoing outgoing;
    final CompletableFuture<Outcome> answer;
    final long deadline;
    long retryAt;
    boolean tried;
    String lastRefusal = "no answer";

    UnansweredSend(
        long op,
        Outgoing outgoing,
        boolean repeat,
        long deadline,
        CompletableFuture<Outcome> answer) {
      this.op = op;
      this.outgoing = outgoing;
      this.tried = repeat;
      this.deadline = deadline;
      this.answer = answer;
    }
  }

  /// @param out sends a frame, or says that it cannot be sent now
  WireSends(TestDevice device, Predicate<ClientFrame> out) {
    this.device = device;
    this.out = out;
    recorder = device.recorder;
  }

  void submit(long op, Outgoing outgoing, boolean repeat, CompletableFuture<Outcome> answer) {
    long deadline = recorder.now() + device.context.patience().toNanos();
    UnansweredSend attempt = new UnansweredSend(op, outgoing, repeat, deadline, answer);
    open.put(op, attempt);
    transmit(attempt);
  }

  void connected() {
    open.values().forEach(this::transmit);
  }

  void acknowledged(SendAck ack) {
    end(
        ack.getRequestId(),
        new Stored(
            recorder.now(),
            device.device,
            ack.getRequestId(),
            ack.getSeq(),
            ack.getPrevSeq(),
            ack.getDuplicate()));
  }

  private void end(long op, Outcome outcome) {
    UnansweredSend attempt = open.remove(op);
    if (attempt != null) {
      attempt.answer.complete(outcome);
    }
  }

  void refused(long requestId, Refusal refusal) {
    UnansweredSend attempt = open.get(requestId);
    if (attempt != null && refusal.getRetryable()) {
      attempt.lastRefusal = refusal.getReason();
      attempt.retryAt = recorder.now() + RETRY_NANOS;
    } else {
      end(requestId, new Refused(recorder.now(), device.device, requestId, refusal.getReason()));
    }
  }

  /// Sends again what has waited long enough, and gives up what is too old.
  void tick() {
    long now = recorder.now();
    for (UnansweredSend attempt : List.copyOf(open.values())) {
      if (now >= attempt.deadline) {
        giveUp(attempt);
      } else if (attempt.retryAt != 0 && now >= attempt.retryAt) {
        attempt.retryAt = 0;
        transmit(attempt);
      }
    }
  }

  void close() {
    List.copyOf(open.values()).forEach(this::giveUp);
  }

  private void giveUp(UnansweredSend attempt) {
    end(attempt.op, new Unknown(recorder.now(), device.device, attempt.op, attempt.lastRefusal));
  }

  private void transmit(UnansweredSend attempt) {
    Outgoing outgoing = attempt.outgoing;
    boolean direct = outgoing.conversation().direct();
    attempt.tried |=
        out.test(
            Frames.send(
                attempt.op,
                direct ? outgoing.conversation().peerOf(device.device.user()) : "",
                Facts.bytes(outgoing.conversation().id()),
                Facts.bytes(outgoing.id()),
                ByteString.copyFromUtf8(outgoing.text()),
                attempt.tried));
  }
}
