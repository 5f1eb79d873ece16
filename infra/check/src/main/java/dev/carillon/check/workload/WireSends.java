package dev.carillon.check.workload;

import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event.Outcome;
import dev.carillon.check.history.Event.Refused;
import dev.carillon.check.history.Event.Stored;
import dev.carillon.check.history.Event.Unknown;
import dev.carillon.check.history.Recorder;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.Send;
import dev.carillon.connection.v1.SendAck;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Refusal;
import dev.carillon.type.v1.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The attempts to send of one wire device: sent again on every new connection and after every
/// retryable refusal, until they are answered or their time is over. Confined to the device's loop,
/// but for the count.
final class WireSends {
  private static final long RETRY_NANOS = 200_000_000;

  private final Device device;
  private final Recorder recorder;
  private final long patienceNanos;
  private final Map<Long, UnansweredSend> open = new LinkedHashMap<>();
  private final AtomicInteger count = new AtomicInteger();
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

  WireSends(Device device, Recorder recorder, long patienceNanos) {
    this.device = device;
    this.recorder = recorder;
    this.patienceNanos = patienceNanos;
  }

  /// How many have not ended; from any thread.
  int count() {
    return count.get();
  }

  /// Counts one that is on its way to [#submit]; from any thread.
  void announce() {
    count.incrementAndGet();
  }

  void submit(Outgoing outgoing) {
    UnansweredSend attempt = new UnansweredSend(outgoing, recorder.now() + patienceNanos);
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
      end(
          attempt,
          new Stored(
              recorder.now(),
              device,
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
      end(attempt, new Refused(recorder.now(), device, attempt.outgoing.op(), refusal.getReason()));
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
    end(attempt, new Unknown(recorder.now(), device, attempt.outgoing.op(), attempt.lastRefusal));
  }

  private void end(UnansweredSend attempt, Outcome outcome) {
    recorder.record(outcome);
    count.decrementAndGet();
    attempt.outgoing.ended().accept(outcome);
  }

  private void transmit(UnansweredSend attempt) {
    Consumer<ClientFrame> to = out;
    if (to == null) {
      return;
    }
    Outgoing outgoing = attempt.outgoing;
    Send.Builder send =
        Send.newBuilder()
            .setRequestId(outgoing.op())
            .setClientMessageId(Facts.bytes(outgoing.id()))
            .setBody(Body.newBuilder().setText(Text.newBuilder().setText(outgoing.text())))
            .setResend(attempt.tried);
    if (outgoing.conversation().direct()) {
      send.setToUser(outgoing.conversation().peerOf(device.user()));
    } else {
      send.setConversationId(Facts.bytes(outgoing.conversation().id()));
    }
    attempt.tried = true;
    to.accept(ClientFrame.newBuilder().setSend(send).build());
  }
}
