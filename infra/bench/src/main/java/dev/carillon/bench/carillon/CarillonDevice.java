package dev.carillon.bench.carillon;

import com.google.protobuf.ByteString;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.GoAway;
import dev.carillon.connection.v1.HistoryPage;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Welcome;
import dev.carillon.type.v1.Message;
import dev.carillon.wire.Frames;
import dev.carillon.wire.WebSocketHandler;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/// One device that signs in, acknowledges what it is handed, and pulls what it has missed.
///
/// Everything but sending happens on the loop's thread.
final class CarillonDevice extends WebSocketHandler {
  /// Every user has one device, called so.
  static final String NAME = "bench";

  private static final InstantSource CLOCK = InstantSource.system();
  private static final long PULL = Long.MAX_VALUE;
  private static final long CAUGHT_UP = Long.MAX_VALUE - 1;
  private static final int TICKS_BEFORE_ASKING_AGAIN = 10;
  private static final int HISTORY_PAGE = 200;
  private static final long FIRST_OF_OTHERS = 1_000;

  private final int index;
  private final Target target;
  private final long conversation;
  private final Events events;
  private final DeliverScan delivery;
  private final Cursor cursor = new Cursor();
  private final String token;
  private long connectionNumber;
  private ByteString ticket = ByteString.EMPTY;
  private long frameTime;
  private long delivered;
  private long acknowledged;
  private int window = 1;
  private int ticksToPull;
  private boolean beenPaused;
  private volatile boolean paused;
  private volatile boolean in;

  /// The receiver of a device's events; always called by the loop's thread.
  interface Events {
    /// It is signed in.
    void welcome(CarillonDevice device, Welcome welcome, long now);

    /// Its connection is gone, or never came to be.
    void gone(CarillonDevice device, String why);

    /// The gateway asked it to connect to another gateway.
    void goAway(CarillonDevice device, GoAway frame);

    /// A send was stored.
    void acked(CarillonDevice device, long request, long seq, long now);

    /// A request was refused.
    void refused(CarillonDevice device, long request, String reason);

    /// A message of its conversation is the device's next one.
    void received(CarillonDevice device, DeliverScan message, long now);

    /// It received a message after that message, or a later one, on the same connection.
    void late(CarillonDevice device, DeliverScan message);

    /// It received something that the contract does not allow.
    void disorder(CarillonDevice device, String what);

    /// It received the messages that it had missed, or a part of them.
    ///
    /// @param messages how many the last answer held
    void pulled(CarillonDevice device, int messages, boolean complete, long now);

    /// A request for which it has no use itself was answered.
    void answered(CarillonDevice device, ServerFrame frame, long now);
  }

  /// A device that is not connected.
  ///
  /// @param delivery shared by all devices of the loop
  CarillonDevice(int index, Target target, String token, DeliverScan delivery, Events events) {
    this.index = index;
    this.target = target;
    this.conversation = target.conversation().asReadOnlyByteBuffer().getLong();
    this.token = token;
    this.delivery = delivery;
    this.events = events;
  }

  /// Its number in the fleet.
  int index() {
    return index;
  }

  Target target() {
    return target;
  }

  Cursor cursor() {
    return cursor;
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

  /// Whether it was paused once, so that it is late with everything.
  boolean hasBeenPaused() {
    return beenPaused;
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

  /// To be called ten times a second: asks again for what the gateway refused to tell.
  void pullAgain() {
    if (!paused && ticksToPull > 0 && --ticksToPull == 0) {
      pull();
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
    ticksToPull = 0;
    long micros = TimeUnit.MILLISECONDS.toMicros(CLOCK.millis());
    connectionNumber = Math.max(connectionNumber + 1, micros);
    send(Frames.bytes(Frames.hello(NAME, connectionNumber, token, ticket)));
  }

  @Override
  protected void binary(byte[] bytes, int begin, int end, long now) {
    frameTime = now;
    if (delivery.read(bytes, begin, end)) {
      deliver(delivery);
    } else {
      other(parse(bytes, begin, end));
    }
  }

  @Override
  public void closed(String why) {
    in = false;
    events.gone(this, why);
  }

  private void deliver(DeliverScan scan) {
    if (scan.number <= delivered) {
      // Sent again because an acknowledgement was late.
      return;
    }
    delivered = scan.number;
    if (scan.conversation != conversation) {
      events.disorder(this, "device " + index + " was handed a message of another conversation");
    } else {
      switch (cursor.live(scan.seq, scan.prevSeq)) {
        case NEXT -> events.received(this, scan, frameTime);
        case LATE -> events.late(this, scan);
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
      case SEND_ACK ->
          events.acked(
              this, frame.getSendAck().getRequestId(), frame.getSendAck().getSeq(), frameTime);
      case WELCOME -> welcome(frame.getWelcome());
      case HISTORY_PAGE -> pulled(frame.getHistoryPage());
      case LAGGING -> catchUp();
      case GO_AWAY -> events.goAway(this, frame.getGoAway());
      case REFUSED -> refused(frame);
      case GOODBYE -> {
        close();
        events.gone(this, frame.getGoodbye().getRefusal().getReason());
      }
      case SYNC_PAGE -> {
        if (frame.getSyncPage().getRequestId() != CAUGHT_UP) {
          events.answered(this, frame, frameTime);
        }
      }
      case GROUP_ACK -> events.answered(this, frame, frameTime);
      case HEARTBEAT_ACK, DELIVER, FRAME_NOT_SET -> {}
    }
  }

  private void welcome(Welcome welcome) {
    in = true;
    window = welcome.getCreditWindow();
    ticket = welcome.getResumeTicket();
    events.welcome(this, welcome, frameTime);
  }

  private void refused(ServerFrame frame) {
    long request = frame.getRefused().getRequestId();
    if (request == PULL) {
      // Not at once: it was refused because there is too much to do.
      ticksToPull = TICKS_BEFORE_ASKING_AGAIN + index % TICKS_BEFORE_ASKING_AGAIN;
    } else if (request > CAUGHT_UP - FIRST_OF_OTHERS) {
      events.answered(this, frame, frameTime);
    } else {
      events.refused(this, request, frame.getRefused().getRefusal().getReason());
    }
  }

  private void pulled(HistoryPage history) {
    DeliverScan scan = new DeliverScan();
    for (Message message : history.getPage().getMessagesList()) {
      long before = cursor.last();
      if (cursor.pulled(message.getSeq())) {
        if (before > 0 && message.getPrevSeq() > before) {
          events.disorder(this, "history goes from " + before + " to " + message.getSeq());
        }
        byte[] bytes = message.toByteArray();
        scan.readMessage(bytes, 0, bytes.length);
        events.received(this, scan, frameTime);
      }
    }
    boolean more = cursor.pullAgain(history.getPage().getHasMore());
    if (more) {
      pull();
    }
    events.pulled(this, history.getPage().getMessagesCount(), !more, frameTime);
  }
}
