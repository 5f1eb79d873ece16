package dev.carillon.check.workload;

import com.google.protobuf.ByteString;
import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event.Connected;
import dev.carillon.check.history.Event.Disconnected;
import dev.carillon.check.history.Event.HistoryRead;
import dev.carillon.check.history.Event.VersionRead;
import dev.carillon.check.history.Recorder;
import dev.carillon.check.history.TransportKind;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.DeliveryAck;
import dev.carillon.connection.v1.Goodbye;
import dev.carillon.connection.v1.Heartbeat;
import dev.carillon.connection.v1.HeartbeatAck;
import dev.carillon.connection.v1.Hello;
import dev.carillon.connection.v1.Refused;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Welcome;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A device without the SDK: it speaks the protocol itself and notes what the wire carries.
final class WireDevice implements TestDevice {
  private static final long TICK_MILLIS = 250;
  private static final long BEAT_NANOS = 2_000_000_000L;
  private static final long SILENCE_NANOS = 8_000_000_000L;
  private static final int PAUSE_MILLIS = 800;

  private final Device device;
  private final TransportKind transport;
  private final DeviceContext context;
  private final Recorder recorder;
  private final ExecutorService loop =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().factory());
  private final AtomicLong requestIds = new AtomicLong(1L << 40);
  private final Random random;
  private final WireSends sends;
  private final WireReads reads;
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

  private WireDevice(Device device, TransportKind transport, DeviceContext context, long seed) {
    this.device = device;
    this.transport = transport;
    this.context = context;
    recorder = context.recorder();
    random = new Random(seed);
    nextEndpoint = random.nextInt(endpoints().size());
    sends = new WireSends(device, recorder, context.patience().toNanos());
    reads = new WireReads(device, recorder, requestIds::incrementAndGet);
    mailbox = new WireMailbox(device, recorder, requestIds::incrementAndGet, reads::pull);
    ticking =
        context
            .timers()
            .scheduleWithFixedDelay(() -> run(this::tick), 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// A device that begins to connect.
  static WireDevice open(Device device, TransportKind transport, DeviceContext context, long seed) {
    return new WireDevice(device, transport, context, seed);
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public void send(Outgoing outgoing) {
    sends.announce();
    run(() -> sends.submit(outgoing));
  }

  @Override
  public boolean inUse() {
    return inUse;
  }

  @Override
  public int pending() {
    return sends.count();
  }

  @Override
  public long readSeq(String conversation) {
    return mailbox.readSeq(conversation);
  }

  @Override
  public void goAway() {
    inUse = false;
    run(() -> {
      away = true;
      drop();
    });
  }

  @Override
  public void comeBack() {
    inUse = true;
    run(() -> away = false);
  }

  @Override
  public void freeze(Duration howLong) {
    run(() -> {
      if (current != null) {
        current.freeze(howLong);
      }
    });
  }

  @Override
  public void catchUp() {
    run(mailbox::sync);
  }

  @Override
  public CompletableFuture<HistoryRead> read(
      Conversation conversation, long afterSeq, int limit, boolean last) {
    CompletableFuture<HistoryRead> answer = new CompletableFuture<>();
    run(() -> reads.read(conversation.id(), afterSeq, limit, last, answer));
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
        connect();
      }
      return;
    }
    now.tick();
  }

  private void connect() {
    String endpoint = endpoints().get(nextEndpoint++ % endpoints().size());
    Connection opening = new Connection(endpoint);
    current = opening;
    opening.open();
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
    now.abort();
    sends.disconnected();
    reads.disconnected();
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
    private @Nullable WireConnection connection;
    private long helloAt = recorder.now();
    private long heardAt = recorder.now();
    private long beatAt;
    private long delivered;
    private long acknowledged;
    private long leaveAt = Long.MAX_VALUE;
    boolean welcomed;

    Connection(String endpoint) {
      this.endpoint = endpoint;
    }

    void open() {
      connection = WireConnector.open(transport, endpoint, this, context.timers());
    }

    void abort() {
      if (connection != null) {
        connection.abort();
      }
    }

    void freeze(Duration howLong) {
      if (connection != null) {
        connection.freeze(howLong);
      }
    }

    void tick() {
      long now = recorder.now();
      if (now - heardAt > SILENCE_NANOS || now >= leaveAt) {
        drop();
        return;
      }
      if (!welcomed) {
        return;
      }
      acknowledge();
      if (now - beatAt >= BEAT_NANOS) {
        beatAt = now;
        send(ClientFrame.newBuilder().setHeartbeat(Heartbeat.newBuilder().setToken(now)).build());
      }
    }

    private void send(ClientFrame frame) {
      if (connection != null) {
        connection.send(frame);
      }
    }

    @Override
    public void opened() {
      ifCurrent(() -> {
        Hello.Builder hello =
            Hello.newBuilder()
                .setProtocolVersion(1)
                .setDeviceId(device.name())
                .setConnectionNumber(nextConnectionNumber())
                .setAppVersion("carillon check");
        if (ticket.isEmpty() || random.nextBoolean()) {
          hello.setToken(context.tokens().apply(device.user()));
        } else {
          hello.setResumeTicket(ticket);
        }
        helloAt = recorder.now();
        send(ClientFrame.newBuilder().setHello(hello).build());
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
        case HISTORY_PAGE -> history(frame);
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
      sends.connected(this::send);
      reads.connected(this::send);
      mailbox.connected(this::send);
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

    private void history(ServerFrame frame) {
      WireReads.Pulled pulled =
          reads.answered(frame.getHistoryPage().getRequestId(), frame.getHistoryPage().getPage());
      if (pulled != null && !mailbox.pulled(pulled)) {
        pullLater(pulled.read().conversation());
      }
    }

    private void pullLater(String conversation) {
      context
          .timers()
          .schedule(
              () -> ifCurrent(() -> mailbox.pullMissing(conversation)),
              TICK_MILLIS,
              TimeUnit.MILLISECONDS);
    }

    private void refused(Refused refused) {
      long requestId = refused.getRequestId();
      sends.refused(requestId, refused.getRefusal());
      mailbox.syncRefused(requestId);
      String pulled = reads.refused(requestId, refused.getRefusal().getReason());
      if (pulled != null) {
        pullLater(pulled);
      }
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
        send(
            ClientFrame.newBuilder()
                .setDeliveryAck(DeliveryAck.newBuilder().setDeliveryNumber(delivered))
                .build());
      }
    }
  }
}
