package dev.carillon.bench.carillon;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.Duration;
import com.google.protobuf.UnsafeByteOperations;
import dev.carillon.bench.load.RunTracker;
import dev.carillon.bench.load.SignIns;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.GoAway;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Welcome;
import dev.carillon.installation.LocalTokens;
import dev.carillon.wire.Frames;
import dev.carillon.wire.Loop;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// Signed-in devices, each in one conversation, that send and receive for a run.
final class Fleet implements PausableDevices, CarillonDevice.Events {
  /// How many devices sign in at a time.
  static final int SIGNING_IN_AT_ONCE = 64;

  private static final String TIMEOUT = "TIMEOUT";
  private static final int TICKS_OF_A_PULL = 5;
  private static final int TICKS_OF_A_SECOND = 50;
  private static final int RUN_SHIFT = 32;

  private final Loop loop;
  private final long nonce = System.nanoTime();
  private final Loop.Ticker ticker = this::tick;
  private final RunTracker.Terms terms;
  private final Text text;
  private final SignIns signIns;
  private List<CarillonDevice> devices = List.of();
  private final @Nullable Reconnects reconnects;
  private Connector connector = (device, attempt) -> {};
  private double heartbeatsOfASecond;
  private long lastTick;
  private double heartbeatsDue;
  private int nextHeartbeat;
  private int ticks;
  private int ticksOfAnAck = 1;
  private int lastExpected = -1;
  private byte[] lastText = {};
  private long runs;
  private volatile @Nullable RunTracker tracker;
  private volatile CompletableFuture<ServerFrame> answer = new CompletableFuture<>();

  /// Nobody yet; [#take] makes it whole.
  Fleet(
      Loop loop,
      RunTracker.Terms terms,
      Text text,
      SignIns signIns,
      @Nullable Reconnects reconnects) {
    this.reconnects = reconnects;
    this.loop = loop;
    this.terms = terms;
    this.text = text;
    this.signIns = signIns;
  }

  /// A device of this fleet for each target, with a token for its user.
  ///
  /// @param tokenKeys the file with the key that signs tokens
  /// @param first the first device's user
  List<CarillonDevice> devices(Path tokenKeys, int first, List<Target> targets) {
    LocalTokens tokens = new LocalTokens(tokenKeys, InstantSource.system());
    DeliverScan delivery = new DeliverScan();
    List<CarillonDevice> devices = new ArrayList<>();
    for (int i = 0; i < targets.size(); i++) {
      String token = tokens.sign(Users.name(first + i), Users.TOKEN_LIFETIME);
      devices.add(new CarillonDevice(i, targets.get(i), token, delivery, this));
    }
    return devices;
  }

  /// The devices it consists of, by their index.
  ///
  /// @param connects opens a connection for a device
  void take(List<CarillonDevice> all, Connector connects) {
    devices = List.copyOf(all);
    connector = connects;
    loop.addTicker(ticker);
  }

  List<CarillonDevice> devices() {
    return devices;
  }

  /// Opens connections for devices.
  @FunctionalInterface
  interface Connector {
    /// Opens one.
    ///
    /// @param attempt 0 for where the device belongs, more for elsewhere
    void connect(CarillonDevice device, int attempt);
  }

  /// Opens a connection for a device.
  void connect(CarillonDevice device) {
    if (reconnects != null) {
      loop.execute(() -> reconnects.begins(device.index()));
    }
    connector.connect(device, 0);
  }

  /// Connects all devices, a few at a time, and returns when all are signed in.
  SignIns.Result signIn() throws InterruptedException {
    for (CarillonDevice device : devices) {
      signIns.begin(device.index());
      connect(device);
    }
    return signIns.await();
  }

  @Override
  public RunTracker.Terms terms() {
    return terms;
  }

  @Override
  public void track(RunTracker next) {
    runs++;
    tracker = next;
  }

  @Override
  public void send(int device, int message) {
    byte[] id = new byte[2 * Long.BYTES];
    ByteBuffer.wrap(id).putLong(nonce + runs).putLong(message);
    CarillonDevice sender = devices.get(device);
    long request = (runs << RUN_SHIFT) | message;
    ClientFrame frame =
        Frames.send(
            request,
            sender.target().peer(),
            sender.target().conversation(),
            UnsafeByteOperations.unsafeWrap(id),
            UnsafeByteOperations.unsafeWrap(text.of(message)),
            false);
    if (reconnects != null) {
      reconnects.sent(device, request, frame);
    }
    sender.say(frame);
  }

  private void tick(long now) {
    ticks++;
    for (int i = ticks % ticksOfAnAck; i < devices.size(); i += ticksOfAnAck) {
      devices.get(i).acknowledgeLate();
    }
    if (ticks % TICKS_OF_A_PULL == 0) {
      devices.forEach(CarillonDevice::pullAgain);
    }
    // By the time that has passed: a loop that has much to do ticks more rarely.
    heartbeatsDue += lastTick == 0 ? 0 : heartbeatsOfASecond * (now - lastTick) / 1e9;
    lastTick = now;
    for (; heartbeatsDue >= 1; heartbeatsDue--) {
      nextHeartbeat = (nextHeartbeat + 1) % devices.size();
      devices.get(nextHeartbeat).say(Frames.heartbeat(1));
    }
    if (reconnects != null) {
      reconnects.tick(now, this::comeBack);
    }
  }

  private static int ticks(Duration delay) {
    double seconds = delay.getSeconds() + delay.getNanos() / 1e9;
    return (int) Math.max(1, seconds * TICKS_OF_A_SECOND);
  }

  @Override
  public void welcome(CarillonDevice device, Welcome welcome, long now) {
    double seconds = Math.max(1, welcome.getHeartbeatInterval().getSeconds());
    heartbeatsOfASecond = terms.devices() / seconds;
    ticksOfAnAck = ticks(welcome.getAckDelay());
    signIns.done(device.index(), now);
    if (reconnects != null && reconnects.welcomeBack(device, now)) {
      device.catchUp();
    }
  }

  private void comeBack(CarillonDevice device) {
    device.close();
    connector.connect(
        device, reconnects == null ? 0 : Math.max(1, reconnects.attempts(device.index())));
  }

  /// A device that is refused while all sign in tries again, as the SDK does.
  @Override
  public void gone(CarillonDevice device, String why) {
    if (signIns.tryAgain(device.index())) {
      connect(device);
    } else if (reconnects != null) {
      reconnects.gone(device);
    } else {
      signIns.failed(device.index(), why);
    }
  }

  @Override
  public void goAway(CarillonDevice device, GoAway frame) {
    if (reconnects != null) {
      Duration wait = frame.getNotBefore();
      reconnects.leave(device, TimeUnit.SECONDS.toNanos(wait.getSeconds()) + wait.getNanos());
    }
  }

  @Override
  public void pulled(CarillonDevice device, int messages, boolean complete, long now) {
    if (reconnects != null) {
      reconnects.pulled(messages);
      if (complete) {
        reconnects.caughtUp(device.index(), now);
      }
    }
  }

  @Override
  public void acked(CarillonDevice device, long request, long seq, long now) {
    if (reconnects != null) {
      reconnects.answered(device.index(), request);
    }
    RunTracker current = tracker;
    if (current != null && request >>> RUN_SHIFT == runs) {
      current.acked((int) request, seq, now);
    }
  }

  @Override
  public void refused(CarillonDevice device, long request, String reason) {
    RunTracker current = tracker;
    if (current != null && request >>> RUN_SHIFT == runs) {
      if (reconnects != null) {
        reconnects.refused(device, request);
      } else if (reason.equals(TIMEOUT)) {
        current.unknown((int) request, reason);
      } else {
        current.refused((int) request, reason);
      }
    }
  }

  @Override
  public void received(CarillonDevice device, DeliverScan message, long now) {
    RunTracker current = tracker;
    // What is left of an earlier run, and notices, do not belong to this run.
    if (current == null || message.runId != nonce + runs) {
      return;
    }
    int number = (int) message.message;
    if (!message.hasText(expected(number))) {
      current.invented("message " + number + " arrived with another text");
      return;
    }
    boolean untimed = message.sender == device.index() || device.hasBeenPaused();
    current.received(number, device.index(), message.seq, untimed, now);
    if (message.number == 0) {
      current.pulled();
    }
  }

  /// The same message often comes to one device after the other.
  private byte[] expected(int message) {
    if (message != lastExpected) {
      lastExpected = message;
      lastText = text.of(message);
    }
    return lastText;
  }

  @Override
  public void late(CarillonDevice device, DeliverScan message) {
    RunTracker current = tracker;
    if (current != null && message.runId == nonce + runs) {
      current.late((int) message.message, device.index(), message.seq);
    }
  }

  @Override
  public void disorder(CarillonDevice device, String what) {
    if (reconnects != null) {
      reconnects.disorder();
    }
    RunTracker current = tracker;
    if (current != null) {
      current.invented(what);
    }
  }

  @Override
  public void answered(CarillonDevice device, ServerFrame frame, long now) {
    answer.complete(frame);
  }

  /// The next answer to a request that no run has made.
  CompletableFuture<ServerFrame> nextAnswer() {
    answer = new CompletableFuture<>();
    return answer;
  }

  @Override
  public void pause(IntPredicate which) {
    loop.execute(() ->
        devices.stream()
            .filter(device -> which.test(device.index()))
            .forEach(CarillonDevice::pause));
  }

  @Override
  public void goOn() {
    loop.execute(() -> devices.forEach(CarillonDevice::goOn));
  }

  @Override
  public void catchUp() {
    loop.execute(() -> devices.forEach(CarillonDevice::catchUp));
  }

  @Override
  public String losses() {
    return signIns.losses();
  }

  @Override
  public void close() {
    loop.removeTicker(ticker);
    devices.forEach(CarillonDevice::close);
  }

  /// The texts of a run, all of one length.
  static final class Text {
    private static final int DIGITS = 10;
    private final byte[] pad;

    /// Texts of at least ten characters.
    Text(int length) {
      this.pad = "x".repeat(Math.max(DIGITS, length)).getBytes(US_ASCII);
    }

    /// The text of one message.
    byte[] of(int message) {
      byte[] text = pad.clone();
      int rest = message;
      for (int i = DIGITS - 1; i >= 0; i--) {
        text[i] = (byte) ('0' + rest % 10);
        rest /= 10;
      }
      return text;
    }
  }
}
