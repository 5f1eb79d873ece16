package dev.carillon.check.workload;

import com.google.protobuf.ByteString;
import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event.Connected;
import dev.carillon.check.history.Event.Disconnected;
import dev.carillon.check.history.Event.HistoryRead;
import dev.carillon.check.history.Event.Outcome;
import dev.carillon.check.history.Event.VersionRead;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.Goodbye;
import dev.carillon.connection.v1.HeartbeatAck;
import dev.carillon.connection.v1.Refused;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Welcome;
import dev.carillon.wire.Frames;
import dev.carillon.wire.Transport;
import dev.carillon.wire.WireConnection;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A device without the SDK: it speaks the protocol itself and notes what the wire carries.
final class WireDevice extends TestDevice {
  private static final long TICK_MILLIS = 250;
  private static final long BEAT_NANOS = 2_000_000_000L;
  private static final long SILENCE_NANOS = 8_000_000_000L;
  private static final int PAUSE_MILLIS = 800;

  private final Transport transport;
  private final ExecutorService loop =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
  private final Random random;
  private final WireSends sends;
  private final WireMailbox mailbox;
  private final Future<?> ticking;
  private volatile boolean inUse = true;

  // The rest belongs to the loop.
  private @Nullable Connection current;
  private ByteString ticket = ByteString.EMPTY;
  private int nextEndpoint;
  private long connectAt;
  private long connectionNumber;
  private boolean away;

  private WireDevice(Device device, Transport transport, DeviceContext context, long seed) {
    super(device, context);
    this.transport = transport;
    random = new Random(seed);
    nextEndpoint = random.nextInt(endpoints().size());
    sends = new WireSends(this, this::say);
    mailbox = new WireMailbox(this, this::say);
    ticking =
        context
            .timers()
            .scheduleWithFixedDelay(() -> run(this::tick), 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// A device that begins to connect.
  static WireDevice open(Device device, Transport transport, DeviceContext context, long seed) {
    return new WireDevice(device, transport, context, seed);
  }

  @Override
  CompletableFuture<Outcome> attempt(long op, Outgoing outgoing, boolean repeat) {
    CompletableFuture<Outcome> answer = new CompletableFuture<>();
    run(() -> sends.submit(op, outgoing, repeat, answer));
    return answer;
  }

  @Override
  boolean inUse() {
    return inUse;
  }

  @Override
  void goAway() {
    inUse = false;
    run(() -> {
      away = true;
      drop();
    });
  }

  @Override
  void comeBack() {
    inUse = true;
    run(() -> away = false);
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
    run(mailbox::sync);
  }

  @Override
  CompletableFuture<HistoryRead> read(Reading reading, int limit) {
    CompletableFuture<HistoryRead> answer = new CompletableFuture<>();
    run(() -> mailbox.read(reading, limit, answer));
    return answer.orTimeout(context.patience().toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    ticking.cancel(false);
    run(() -> {
      away = true;
      drop();
      sends.close();
    });
    loop.shutdown();
  }

  private void run(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException closed) {
      // Nothing is noted any more.
    }
  }

  private void tick() {
    sends.tick();
    Connection now = current;
    if (now == null) {
      if (!away && recorder.now() >= connectAt) {
        current = new Connection(endpoints().get(nextEndpoint++ % endpoints().size()));
      }
    } else {
      now.tick();
    }
  }

  /// Sends a frame, if the device is signed in.
  private boolean say(ClientFrame frame) {
    Connection now = current;
    if (now == null || !now.welcomed) {
      return false;
    }
    now.connection.send(frame);
    return true;
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
    mailbox.disconnected();
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
      acknowledge();
      mailbox.pullAll();
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
        case SEND_ACK -> sends.acknowledged(frame.getSendAck());
        case REFUSED -> refused(frame.getRefused());
        case DELIVER -> {
          mailbox.delivered(number, frame.getDeliver());
          delivered = Math.max(delivered, frame.getDeliver().getDeliveryNumber());
        }
        case HEARTBEAT_ACK -> heartbeat(frame.getHeartbeatAck());
        case SYNC_PAGE ->
            mailbox.syncPage(frame.getSyncPage().getRequestId(), frame.getSyncPage().getPage());
        case HISTORY_PAGE ->
            mailbox.historyPage(
                frame.getHistoryPage().getRequestId(), frame.getHistoryPage().getPage());
        case LAGGING -> mailbox.sync();
        case GO_AWAY ->
            leaveAt =
                recorder.now()
                    + TimeUnit.SECONDS.toNanos(frame.getGoAway().getNotBefore().getSeconds())
                    + frame.getGoAway().getNotBefore().getNanos();
        case GOODBYE -> goodbye(frame.getGoodbye());
        case GROUP_ACK, FRAME_NOT_SET -> {
          // Never asked for.
        }
      }
    }

    private void welcome(Welcome welcome) {
      welcomed = true;
      ticket = welcome.getResumeTicket();
      recorder.record(new Connected(recorder.now(), device, number, transport, endpoint));
      sends.connected();
      mailbox.pullAll();
      if (welcome.hasMailboxVersion()) {
        recorder.record(
            new VersionRead(helloAt, recorder.now(), device, welcome.getMailboxVersion()));
        mailbox.told(welcome.getMailboxVersion());
      } else {
        mailbox.sync();
      }
    }

    private void heartbeat(HeartbeatAck ack) {
      if (ack.hasMailboxVersion()) {
        recorder.record(
            new VersionRead(ack.getToken(), recorder.now(), device, ack.getMailboxVersion()));
        mailbox.told(ack.getMailboxVersion());
      }
    }

    private void refused(Refused refused) {
      sends.refused(refused.getRequestId(), refused.getRefusal());
      mailbox.refused(refused.getRequestId(), refused.getRefusal().getReason());
    }

    private void goodbye(Goodbye goodbye) {
      if (goodbye.getRefusal().getReason().equals("TICKET_INVALID")) {
        ticket = ByteString.EMPTY;
      }
      drop();
    }

    private void acknowledge() {
      if (delivered > acknowledged) {
        acknowledged = delivered;
        connection.send(Frames.ack(delivered));
      }
    }
  }
}
