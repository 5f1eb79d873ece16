package dev.carillon.check.workload;

import com.google.protobuf.ByteString;
import dev.carillon.check.history.Conversation;
import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.HeartbeatAck;
import dev.carillon.connection.v1.SendAck;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Welcome;
import dev.carillon.local.supervisor.Wait;
import dev.carillon.type.v1.Refusal;
import dev.carillon.wire.Frames;
import dev.carillon.wire.Transport;
import dev.carillon.wire.WireConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A device without the SDK: it speaks the protocol itself and notes what the wire carries. One
/// thread lives its life, connection after connection; other threads ask and wait for answers.
final class WireDevice extends TestDevice {
  private static final Logger LOG = LoggerFactory.getLogger(WireDevice.class);
  private static final long TICK_NANOS = 250_000_000;
  private static final long BEAT_NANOS = 2_000_000_000L;
  private static final long SILENCE_NANOS = 8_000_000_000L;
  private static final int PAUSE_MILLIS = 800;
  private static final long RETRY_NANOS = 200_000_000;

  private final Transport transport;
  private final Random random;
  private final WireMailbox mailbox = new WireMailbox(this, this::answer);
  private volatile boolean inUse = true;
  private volatile boolean closed;
  private volatile @Nullable Connection current;

  // What follows belongs to the device's thread, but for what its connection shows to others.
  private ByteString ticket = ByteString.EMPTY;
  private long connectionNumber;

  /// A device that begins to connect.
  WireDevice(Device device, Transport transport, DeviceContext context, long seed) {
    super(device, context);
    this.transport = transport;
    random = new Random(seed);
    Thread.startVirtualThread(this::live);
  }

  private void live() {
    List<String> endpoints = context.endpoints().of(transport);
    for (int next = random.nextInt(endpoints.size()); !closed; next++) {
      try (Connection connection = new Connection(endpoints.get(next % endpoints.size()))) {
        current = connection;
        connection.live();
      } catch (InterruptedException stop) {
        return;
      } catch (RuntimeException failure) {
        LOG.error("{}: the connection failed", device, failure);
      }
      do {
        Wait.pause(Duration.ofMillis(random.nextInt(PAUSE_MILLIS)));
      } while (!inUse && !closed);
    }
  }

  @Override
  Event.Outcome attempt(long op, Outgoing outgoing, boolean repeat) {
    long deadline = recorder.now() + context.patience().toNanos();
    AtomicBoolean tried = new AtomicBoolean(repeat);
    String lastRefusal = "no answer";
    while (!closed && recorder.now() < deadline) {
      try {
        ServerFrame answer =
            ask(op, () -> frame(op, outgoing, tried.getAndSet(true)))
                .orTimeout(deadline - recorder.now(), TimeUnit.NANOSECONDS)
                .join();
        Refusal refusal = answer.getRefused().getRefusal();
        if (answer.hasSendAck()) {
          SendAck ack = answer.getSendAck();
          return new Event.Stored(
              recorder.now(), device, op, ack.getSeq(), ack.getPrevSeq(), ack.getDuplicate());
        } else if (!refusal.getRetryable()) {
          return new Event.Refused(recorder.now(), device, op, refusal.getReason());
        }
        lastRefusal = refusal.getReason();
      } catch (CompletionException lost) {
        // It is sent again while there is time.
      }
      Wait.nanos(RETRY_NANOS);
    }
    return new Event.Unknown(recorder.now(), device, op, lastRefusal);
  }

  private ClientFrame frame(long op, Outgoing outgoing, boolean resend) {
    Conversation to = outgoing.conversation();
    return Frames.send(
        op,
        to.direct() ? to.peerOf(device.user()) : "",
        Facts.bytes(to.id()),
        Facts.bytes(outgoing.id()),
        ByteString.copyFromUtf8(outgoing.text()),
        resend);
  }

  /// Sends a request if the device is signed in; fails otherwise, and when the connection is lost.
  private CompletableFuture<ServerFrame> ask(long request, Supplier<ClientFrame> frame) {
    CompletableFuture<ServerFrame> answer = new CompletableFuture<>();
    Connection now = current;
    if (now == null || !now.welcomed) {
      answer.completeExceptionally(new IllegalStateException("not connected"));
    } else {
      now.open.put(request, answer);
      now.connection.send(frame.get());
      if (now.over) {
        now.loseAnswers();
      }
    }
    return answer;
  }

  /// Waits for the answer to what is asked once.
  private ServerFrame answer(LongFunction<ClientFrame> asked) {
    long request = recorder.number();
    ServerFrame answer =
        ask(request, () -> asked.apply(request))
            .orTimeout(context.patience().toMillis(), TimeUnit.MILLISECONDS)
            .join();
    if (answer.hasRefused()) {
      throw new CompletionException(answer.getRefused().getRefusal().getReason(), null);
    }
    return answer;
  }

  @Override
  boolean inUse() {
    return inUse;
  }

  @Override
  void goAway() {
    inUse = false;
    Connection now = current;
    if (now != null) {
      now.closed("the device went away");
    }
  }

  @Override
  void comeBack() {
    inUse = true;
  }

  @Override
  void freeze(Duration howLong) {
    Connection now = current;
    if (now != null) {
      now.inbox.add(() -> now.freeze(howLong));
    }
  }

  @Override
  void catchUp() {
    mailbox.sync();
  }

  @Override
  Event.HistoryRead read(Reading reading, int limit) {
    return mailbox.read(reading, limit);
  }

  @Override
  public void close() {
    closed = true;
    goAway();
  }

  private long nextConnectionNumber() {
    long micros = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
    connectionNumber = Math.max(connectionNumber + 1, micros);
    return connectionNumber;
  }

  /// One connection: what happens to it waits in an inbox for the device's thread.
  private final class Connection implements WireConnection.Events, AutoCloseable {
    final BlockingQueue<Runnable> inbox = new LinkedBlockingQueue<>();
    final Map<Long, CompletableFuture<ServerFrame>> open = new ConcurrentHashMap<>();
    final WireConnection connection;
    volatile boolean welcomed;
    volatile boolean over;
    private final String endpoint;
    private final long number = recorder.number();
    private long helloAt = recorder.now();
    private long heardAt = recorder.now();
    private long beatAt;
    private long delivered;
    private long acknowledged;
    private long frozenUntil;
    private long leaveAt = Long.MAX_VALUE;

    Connection(String endpoint) {
      this.endpoint = endpoint;
      connection = transport.open(endpoint, this, context.loop());
    }

    /// Returns when it is over.
    void live() throws InterruptedException {
      long tickAt = recorder.now();
      while (!over && inUse) {
        Runnable next = inbox.poll(tickAt - recorder.now(), TimeUnit.NANOSECONDS);
        if (next != null) {
          next.run();
        }
        if (recorder.now() >= tickAt) {
          tickAt = recorder.now() + TICK_NANOS;
          tick();
        }
      }
    }

    @Override
    public void close() {
      over = true;
      connection.abort();
      loseAnswers();
      if (welcomed) {
        recorder.record(new Event.Disconnected(recorder.now(), device));
      }
    }

    void loseAnswers() {
      open.values()
          .forEach(answer ->
              answer.completeExceptionally(new IllegalStateException("the connection was lost")));
    }

    void freeze(Duration howLong) {
      frozenUntil = recorder.now() + howLong.toNanos();
      connection.reads(false);
    }

    private void tick() {
      long now = recorder.now();
      if (frozenUntil != 0 && now >= frozenUntil) {
        frozenUntil = 0;
        connection.reads(true);
      }
      over = over || now - heardAt > SILENCE_NANOS || now >= leaveAt;
      if (over || !welcomed) {
        return;
      }
      if (delivered > acknowledged) {
        acknowledged = delivered;
        connection.send(Frames.ack(delivered));
      }
      mailbox.catchUp();
      if (now - beatAt >= BEAT_NANOS) {
        beatAt = now;
        connection.send(Frames.heartbeat(now));
      }
    }

    @Override
    public void opened() {
      inbox.add(() -> {
        boolean resume = !ticket.isEmpty() && !random.nextBoolean();
        String token = resume ? "" : context.tokens().apply(device.user());
        helloAt = recorder.now();
        connection.send(
            Frames.hello(
                device.name(), nextConnectionNumber(), token, resume ? ticket : ByteString.EMPTY));
      });
    }

    @Override
    public void received(ServerFrame frame) {
      inbox.add(() -> handle(frame));
    }

    @Override
    public void closed(String why) {
      inbox.add(() -> over = true);
    }

    private void handle(ServerFrame frame) {
      heardAt = recorder.now();
      switch (frame.getFrameCase()) {
        case WELCOME -> welcome(frame.getWelcome());
        case SEND_ACK -> answered(frame.getSendAck().getRequestId(), frame);
        case SYNC_PAGE -> answered(frame.getSyncPage().getRequestId(), frame);
        case HISTORY_PAGE -> answered(frame.getHistoryPage().getRequestId(), frame);
        case REFUSED -> answered(frame.getRefused().getRequestId(), frame);
        case DELIVER -> {
          mailbox.delivered(number, frame.getDeliver());
          delivered = Math.max(delivered, frame.getDeliver().getDeliveryNumber());
        }
        case HEARTBEAT_ACK -> {
          HeartbeatAck ack = frame.getHeartbeatAck();
          if (ack.hasMailboxVersion()) {
            told(ack.getToken(), ack.getMailboxVersion());
          }
        }
        case LAGGING -> mailbox.sync();
        case GO_AWAY -> {
          var delay = frame.getGoAway().getNotBefore();
          leaveAt =
              recorder.now() + Duration.ofSeconds(delay.getSeconds(), delay.getNanos()).toNanos();
        }
        case GOODBYE -> {
          String reason = frame.getGoodbye().getRefusal().getReason();
          ticket = reason.equals("TICKET_INVALID") ? ByteString.EMPTY : ticket;
          over = true;
        }
        // Never asked for.
        case GROUP_ACK, FRAME_NOT_SET -> {}
      }
    }

    private void answered(long request, ServerFrame answer) {
      CompletableFuture<ServerFrame> asked = open.remove(request);
      if (asked != null) {
        asked.complete(answer);
      }
    }

    private void welcome(Welcome welcome) {
      ticket = welcome.getResumeTicket();
      recorder.record(new Event.Connected(recorder.now(), device, number, transport, endpoint));
      welcomed = true;
      if (welcome.hasMailboxVersion()) {
        told(helloAt, welcome.getMailboxVersion());
      } else {
        mailbox.sync();
      }
    }

    private void told(long askedAt, long version) {
      recorder.record(new Event.VersionRead(askedAt, recorder.now(), device, version));
      mailbox.told(version);
    }
  }
}
