package dev.carillon.check.workload;

import com.google.protobuf.ByteString;
import dev.carillon.check.history.Conversation;
import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event.Connected;
import dev.carillon.check.history.Event.Disconnected;
import dev.carillon.check.history.Event.HistoryRead;
import dev.carillon.check.history.Event.Outcome;
import dev.carillon.check.history.Event.Refused;
import dev.carillon.check.history.Event.Stored;
import dev.carillon.check.history.Event.Unknown;
import dev.carillon.check.history.Event.VersionRead;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.SendAck;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Welcome;
import dev.carillon.local.supervisor.Wait;
import dev.carillon.type.v1.Refusal;
import dev.carillon.wire.Frames;
import dev.carillon.wire.Transport;
import dev.carillon.wire.WireConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A device without the SDK: it speaks the protocol itself and notes what the wire carries.
final class WireDevice extends TestDevice {
  private static final long TICK_MILLIS = 250;
  private static final long BEAT_NANOS = 2_000_000_000L;
  private static final long SILENCE_NANOS = 8_000_000_000L;
  private static final int PAUSE_MILLIS = 800;
  private static final long RETRY_NANOS = 200_000_000;

  private final Transport transport;
  private final ExecutorService loop =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
  private final Random random;
  private final WireMailbox mailbox = new WireMailbox(this, this::answer);
  private final Future<?> ticking;
  private volatile boolean inUse = true;
  private volatile boolean closed;

  // The rest belongs to the loop.
  private final Map<Long, CompletableFuture<ServerFrame>> open = new HashMap<>();
  private @Nullable Connection current;
  private ByteString ticket = ByteString.EMPTY;
  private int nextEndpoint;
  private long connectAt;
  private long connectionNumber;

  /// A device that begins to connect.
  WireDevice(Device device, Transport transport, DeviceContext context, long seed) {
    super(device, context);
    this.transport = transport;
    random = new Random(seed);
    nextEndpoint = random.nextInt(endpoints().size());
    ticking =
        context
            .timers()
            .scheduleWithFixedDelay(() -> run(this::tick), 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  Outcome attempt(long op, Outgoing outgoing, boolean repeat) {
    long deadline = recorder.now() + context.patience().toNanos();
    Conversation to = outgoing.conversation();
    AtomicBoolean tried = new AtomicBoolean(repeat);
    String lastRefusal = "no answer";
    while (!closed && recorder.now() < deadline) {
      try {
        ServerFrame answer =
            ask(op, () ->
                    Frames.send(
                        op,
                        to.direct() ? to.peerOf(device.user()) : "",
                        Facts.bytes(to.id()),
                        Facts.bytes(outgoing.id()),
                        ByteString.copyFromUtf8(outgoing.text()),
                        tried.getAndSet(true)))
                .orTimeout(deadline - recorder.now(), TimeUnit.NANOSECONDS)
                .join();
        Refusal refusal = answer.getRefused().getRefusal();
        if (answer.hasSendAck()) {
          SendAck ack = answer.getSendAck();
          return new Stored(
              recorder.now(), device, op, ack.getSeq(), ack.getPrevSeq(), ack.getDuplicate());
        } else if (!refusal.getRetryable()) {
          return new Refused(recorder.now(), device, op, refusal.getReason());
        }
        lastRefusal = refusal.getReason();
      } catch (CompletionException | RejectedExecutionException lost) {
        // It is sent again while there is time.
      }
      Wait.nanos(RETRY_NANOS);
    }
    return new Unknown(recorder.now(), device, op, lastRefusal);
  }

  /// Sends a request if the device is signed in; fails otherwise, and when the connection is lost.
  private CompletableFuture<ServerFrame> ask(long request, Supplier<ClientFrame> frame) {
    CompletableFuture<ServerFrame> answer = new CompletableFuture<>();
    loop.execute(() -> {
      Connection now = current;
      if (now == null || !now.welcomed) {
        answer.completeExceptionally(new IllegalStateException("not connected"));
      } else {
        open.put(request, answer);
        now.connection.send(frame.get());
      }
    });
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

  private void answered(long request, ServerFrame answer) {
    CompletableFuture<ServerFrame> asked = open.remove(request);
    if (asked != null) {
      asked.complete(answer);
    }
  }

  @Override
  boolean inUse() {
    return inUse;
  }

  @Override
  void goAway() {
    inUse = false;
    run(this::drop);
  }

  @Override
  void comeBack() {
    inUse = true;
  }

  @Override
  void freeze(Duration howLong) {
    run(() -> {
      if (current != null) {
        current.freeze(howLong);
      }
    });
  }

  @Override
  void catchUp() {
    mailbox.sync();
  }

  @Override
  HistoryRead read(Reading reading, int limit) {
    return mailbox.read(reading, limit);
  }

  @Override
  public void close() {
    closed = true;
    ticking.cancel(false);
    goAway();
    loop.shutdown();
  }

  private void run(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException ended) {
      // Nothing is noted any more.
    }
  }

  private void tick() {
    Connection now = current;
    if (now == null) {
      if (inUse && recorder.now() >= connectAt) {
        current = new Connection(endpoints().get(nextEndpoint++ % endpoints().size()));
      }
    } else {
      now.tick();
    }
  }

  private List<String> endpoints() {
    return context.endpoints().of(transport);
  }

  private long nextConnectionNumber() {
    long micros = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
    connectionNumber = Math.max(connectionNumber + 1, micros);
    return connectionNumber;
  }

  /// Lets the connection go, whatever its state.
  private void drop() {
    Connection now = current;
    if (now == null) {
      return;
    }
    current = null;
    now.connection.abort();
    open.values().forEach(answer ->
        answer.completeExceptionally(new IllegalStateException("the connection was lost")));
    open.clear();
    connectAt = recorder.now() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(PAUSE_MILLIS));
    if (now.welcomed) {
      recorder.record(new Disconnected(recorder.now(), device));
    }
  }

  /// One connection; its events are ignored once the device has another one.
  private final class Connection implements WireConnection.Events {
    private final String endpoint;
    private final long number = recorder.number();
    private final WireConnection connection;
    private long helloAt = recorder.now();
    private long heardAt = recorder.now();
    private long beatAt;
    private long delivered;
    private long acknowledged;
    private long frozenUntil;
    private long leaveAt = Long.MAX_VALUE;
    boolean welcomed;

    Connection(String endpoint) {
      this.endpoint = endpoint;
      connection = transport.open(endpoint, this, context.loop());
    }

    void freeze(Duration howLong) {
      frozenUntil = recorder.now() + howLong.toNanos();
      connection.reads(false);
    }

    void tick() {
      long now = recorder.now();
      if (frozenUntil != 0 && now >= frozenUntil) {
        frozenUntil = 0;
        connection.reads(true);
      }
      if (now - heardAt > SILENCE_NANOS || now >= leaveAt) {
        drop();
        return;
      }
      if (!welcomed) {
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
      ifCurrent(() -> {
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
      ifCurrent(() -> handle(frame));
    }

    @Override
    public void closed(String why) {
      ifCurrent(WireDevice.this::drop);
    }

    private void ifCurrent(Runnable task) {
      run(() -> {
        if (current == this) {
          task.run();
        }
      });
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
          if (frame.getHeartbeatAck().hasMailboxVersion()) {
            told(
                frame.getHeartbeatAck().getToken(), frame.getHeartbeatAck().getMailboxVersion());
          }
        }
        case LAGGING -> mailbox.sync();
        case GO_AWAY -> {
          var delay = frame.getGoAway().getNotBefore();
          leaveAt =
              recorder.now() + Duration.ofSeconds(delay.getSeconds(), delay.getNanos()).toNanos();
        }
        case GOODBYE -> {
          if (frame.getGoodbye().getRefusal().getReason().equals("TICKET_INVALID")) {
            ticket = ByteString.EMPTY;
          }
          drop();
        }
        case GROUP_ACK, FRAME_NOT_SET -> {
          // Never asked for.
        }
      }
    }

    private void welcome(Welcome welcome) {
      welcomed = true;
      ticket = welcome.getResumeTicket();
      recorder.record(new Connected(recorder.now(), device, number, transport, endpoint));
      if (welcome.hasMailboxVersion()) {
        told(helloAt, welcome.getMailboxVersion());
      } else {
        mailbox.sync();
      }
    }

    private void told(long askedAt, long version) {
      recorder.record(new VersionRead(askedAt, recorder.now(), device, version));
      mailbox.told(version);
    }
  }
}
