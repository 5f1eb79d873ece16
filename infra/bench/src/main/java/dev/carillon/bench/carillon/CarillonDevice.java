package dev.carillon.bench.carillon;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.UnsafeByteOperations;
import dev.carillon.client.ConversationId;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.HistoryPage;
import dev.carillon.connection.v1.Refused;
import dev.carillon.connection.v1.SendAck;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Welcome;
import dev.carillon.runtime.identity.ConversationIds;
import dev.carillon.type.v1.Message;
import dev.carillon.wire.Frames;
import dev.carillon.wire.WebSocketHandler;
import java.time.InstantSource;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/// One device that signs in, acknowledges what it is handed, and pulls what it has missed.
///
/// When it loses its gateway it may reconnect, as the SDK does: after a random wait that doubles,
/// with its ticket; then it fetches the messages that it missed and repeats unanswered sends.
///
/// Everything but sending happens on the loop's thread.
final class CarillonDevice extends WebSocketHandler {
  /// Every user has one device, called so.
  private static final String NAME = "bench";

  private static final InstantSource CLOCK = InstantSource.system();
  private static final long PULL = Long.MAX_VALUE;
  private static final long CAUGHT_UP = Long.MAX_VALUE - 1;
  private static final int HISTORY_PAGE = 200;
  private static final long PULL_AGAIN_MILLIS = 1_000;
  private static final long FIRST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
  private static final long LAST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final int MAX_DOUBLINGS = 10;

  private final int index;
  private final Target target;
  private final long conversation;
  private final FleetContext context;
  private final Cursor cursor = new Cursor();
  private final String token;
  private final NavigableMap<Long, ClientFrame> unanswered = new ConcurrentSkipListMap<>();
  private long connectionNumber;
  private ByteString ticket = ByteString.EMPTY;
  private long frameTime;
  private long delivered;
  private long acknowledged;
  private int window = 1;

  /// Since when it has been away, by `System.nanoTime`; 0: it is not.
  private long awaySince;

  private int attempts;
  private boolean beenPaused;
  private volatile boolean paused;
  private volatile boolean in;

  /// A device's user and the conversation that it is in.
  ///
  /// @param user whose device it is
  /// @param conversation its id, 16 bytes
  /// @param peer the other person of a direct conversation; empty for a group
  record Target(String user, ByteString conversation, String peer) {
    /// Two by two: the device 2n with 2n + 1.
    static List<Target> pairs(int devices) {
      return IntStream.range(0, devices)
          .mapToObj(i -> {
            byte[] id = ConversationIds.direct(user(i), user(i ^ 1));
            return new Target(user(i), ByteString.copyFrom(id), user(i ^ 1));
          })
          .toList();
    }

    /// All in one group, which has a new id.
    ///
    /// @param first the number of the first device's user
    static List<Target> group(int first, int devices) {
      ByteString group = ByteString.copyFrom(ConversationId.random().bytes());
      return IntStream.range(first, first + devices)
          .mapToObj(i -> new Target(user(i), group, ""))
          .toList();
    }

    private static String user(int number) {
      return "bench-" + number;
    }
  }

  /// A device that is not connected.
  CarillonDevice(int index, Target target, String token, FleetContext context) {
    this.index = index;
    this.target = target;
    this.conversation = target.conversation().asReadOnlyByteBuffer().getLong();
    this.token = token;
    this.context = context;
  }

  /// Its number in the fleet.
  int index() {
    return index;
  }

  /// Opens its first connection, to the gateway where it belongs.
  void begin() {
    if (context.reconnects.fromTheBeginning) {
      awaySince = System.nanoTime();
    }
    connect(context.loop, context.gateway(index));
  }

  /// Sends a message of the run; for the sender's thread.
  void send(int message) {
    long request = context.request(message);
    ClientFrame frame =
        Frames.send(
            request,
            target.peer(),
            target.conversation(),
            UnsafeByteOperations.unsafeWrap(context.id(message)),
            UnsafeByteOperations.unsafeWrap(context.text(message)),
            false);
    if (context.reconnects.wanted) {
      unanswered.put(request, frame);
    }
    say(frame);
  }

  /// Sends a frame, or nothing when it is not signed in.
  void say(ClientFrame frame) {
    if (in && !paused) {
      send(Frames.bytes(frame));
    }
  }

  /// Neither reads nor sends any more.
  void pause() {
    paused = true;
    beenPaused = true;
    reads(false);
  }

  /// Reads and sends again, if it was paused.
  void goOn() {
    if (paused) {
      paused = false;
      reads(true);
    }
  }

  void close() {
    in = false;
    abort();
  }

  /// To be called once in each delay that the gateway allows: tells it what was processed since.
  void acknowledgeLate() {
    if (!paused && delivered != acknowledged) {
      acknowledge();
    }
  }

  private void acknowledge() {
    acknowledged = delivered;
    say(Frames.ack(delivered));
  }

  @Override
  protected void opened() {
    in = false;
    delivered = 0;
    acknowledged = 0;
    cursor.reconnected();
    long micros = TimeUnit.MILLISECONDS.toMicros(CLOCK.millis());
    connectionNumber = Math.max(connectionNumber + 1, micros);
    send(Frames.bytes(Frames.hello(NAME, connectionNumber, token, ticket)));
  }

  @Override
  protected void binary(byte[] bytes, int begin, int end, long now) {
    frameTime = now;
    if (context.delivery.read(bytes, begin, end)) {
      deliver(context.delivery);
    } else {
      other(parse(bytes, begin, end));
    }
  }

  @Override
  public void closed(String why) {
    in = false;
    gone(why);
  }

  private void gone(String why) {
    if (context.signIns.tryAgain(index)) {
      // It was refused while all sign in.
      begin();
    } else if (context.reconnects.wanted) {
      long longest = FIRST_WAIT_NANOS << Math.min(attempts, MAX_DOUBLINGS);
      attempts++;
      leave(
          awaySince == 0 ? System.nanoTime() : awaySince,
          context.random.nextLong(Math.min(LAST_WAIT_NANOS, longest) + 1));
    } else {
      context.signIns.failed(index, why);
    }
  }

  private void goAway(Duration wait) {
    if (context.reconnects.wanted) {
      long nanos = TimeUnit.SECONDS.toNanos(wait.getSeconds()) + wait.getNanos();
      attempts = 0;
      leave(System.nanoTime() + nanos, nanos);
    }
  }

  /// Is away since then, and connects to another gateway after a while.
  private void leave(long since, long nanos) {
    if (awaySince == 0) {
      context.reconnects.absent.increment();
    }
    awaySince = since;
    context.later(
        nanos,
        () -> {
          close();
          connect(context.loop, context.gateway(index + Math.max(1, attempts)));
        });
  }

  private void deliver(DeliverScan scan) {
    if (scan.number <= delivered) {
      // Sent again because an acknowledgement was late.
      return;
    }
    delivered = scan.number;
    if (scan.conversation != conversation) {
      context.disorder("device " + index + " was handed a message of another conversation");
    } else {
      switch (cursor.live(scan.seq, scan.prevSeq)) {
        case NEXT -> context.received(index, scan, beenPaused, frameTime);
        case LATE -> context.late(index, scan);
        case PULL -> pull();
        case WAIT, KNOWN -> {}
      }
    }
    if (delivered - acknowledged >= window / 2) {
      acknowledge();
    }
  }

  private void pull() {
    say(Frames.history(PULL, target.conversation(), cursor.last(), Long.MAX_VALUE, HISTORY_PAGE));
  }

  /// Pulls whatever it has missed while it was away; deliveries go on when it has asked.
  void catchUp() {
    say(Frames.sync(CAUGHT_UP, 0, ByteString.EMPTY, 1, 0));
    if (cursor.pull()) {
      pull();
    }
  }

  private void other(ServerFrame frame) {
    switch (frame.getFrameCase()) {
      case SEND_ACK -> acked(frame.getSendAck());
      case WELCOME -> welcome(frame.getWelcome());
      case HISTORY_PAGE -> pulled(frame.getHistoryPage());
      case LAGGING -> catchUp();
      case GO_AWAY -> goAway(frame.getGoAway().getNotBefore());
      case REFUSED -> refused(frame.getRefused());
      case GOODBYE -> {
        close();
        gone(frame.getGoodbye().getRefusal().getReason());
      }
      case SYNC_PAGE, HEARTBEAT_ACK, GROUP_ACK, DELIVER, FRAME_NOT_SET -> {}
    }
  }

  private void welcome(Welcome welcome) {
    in = true;
    window = welcome.getCreditWindow();
    ticket = welcome.getResumeTicket();
    context.heartbeatSeconds = Math.max(1, welcome.getHeartbeatInterval().getSeconds());
    context.ackDelaySeconds =
        welcome.getAckDelay().getSeconds() + welcome.getAckDelay().getNanos() / 1e9;
    context.signIns.done(index, frameTime);
    if (awaySince != 0) {
      context.reconnects.welcomes.record(frameTime - awaySince);
      unanswered.values().forEach(this::say);
      catchUp();
    }
  }

  private void acked(SendAck ack) {
    if (context.reconnects.wanted) {
      unanswered.remove(ack.getRequestId());
    }
    context.acked(ack.getRequestId(), ack.getSeq(), frameTime);
  }

  private void refused(Refused refused) {
    long request = refused.getRequestId();
    if (request == PULL) {
      pullLater();
    } else if (context.refused(request, refused.getRefusal().getReason())) {
      context.reconnects.refusals.increment();
      context.later(
          context.random.nextLong(FIRST_WAIT_NANOS),
          () -> Optional.ofNullable(unanswered.get(request)).ifPresent(this::say));
    }
  }

  /// Not at once: it was refused because there is too much to do.
  private void pullLater() {
    long connection = connectionNumber;
    long millis = PULL_AGAIN_MILLIS + index % 10 * 100L;
    context.later(
        TimeUnit.MILLISECONDS.toNanos(millis),
        () -> {
          if (paused) {
            pullLater();
          } else if (connection == connectionNumber) {
            pull();
          }
        });
  }

  private void pulled(HistoryPage history) {
    cursor.passOver(history.getPage().getVisibleAfterSeq());
    for (Message message : history.getPage().getMessagesList()) {
      long before = cursor.last();
      if (cursor.pulled(message.getSeq())) {
        if (before > 0 && message.getPrevSeq() > before) {
          context.disorder("history goes from " + before + " to " + message.getSeq());
        }
        context.delivery.readMessage(message.toByteArray());
        context.received(index, context.delivery, beenPaused, frameTime);
      }
    }
    boolean more = cursor.pullAgain(history.getPage().getHasMore());
    if (more) {
      pull();
    }
    context.reconnects.pulled.add(history.getPage().getMessagesCount());
    if (!more && awaySince != 0) {
      context.reconnects.caughtUp(awaySince, frameTime);
      awaySince = 0;
      attempts = 0;
    }
  }
}
