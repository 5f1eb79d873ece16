package dev.carillon.bench.carillon;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.google.protobuf.Duration;
import dev.carillon.bench.load.Flight;
import dev.carillon.bench.load.SignIns;
import dev.carillon.bench.net.Loop;
import dev.carillon.connection.v1.GoAway;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.connection.v1.Welcome;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// Signed-in devices, each in one conversation, that send and receive for a run.
final class Fleet implements PausableCrowd, DeviceEvents {
  private static final String TIMEOUT = "TIMEOUT";
  private static final int TICKS_OF_A_PULL = 5;
  private static final int TICKS_OF_A_SECOND = 50;
  private static final int FLIGHT_SHIFT = 32;

  private final Loop loop;
  private final long nonce = System.nanoTime();
  private final Loop.Ticker ticker = this::tick;
  private final Flight.Terms terms;
  private final Text text;
  private final SignIns signIns;
  private List<Device> devices = List.of();
  private final @Nullable Returns returns;
  private Connector connector = (device, attempt) -> {};
  private double heartbeatsOfASecond;
  private long lastTick;
  private double heartbeatsDue;
  private int nextHeartbeat;
  private int ticks;
  private int ticksOfAnAck = 1;
  private int lastExpected = -1;
  private byte[] lastText = {};
  private long flights;
  private volatile @Nullable Flight flight;
  private volatile CompletableFuture<ServerFrame> answer = new CompletableFuture<>();

  /// Nobody yet; [#take] makes it whole.
  Fleet(Loop loop, Flight.Terms terms, Text text, SignIns signIns, @Nullable Returns returns) {
    this.returns = returns;
    this.loop = loop;
    this.terms = terms;
    this.text = text;
    this.signIns = signIns;
  }

  /// The devices it consists of, by their index.
  ///
  /// @param connects opens a connection for a device
  void take(List<Device> all, Connector connects) {
    devices = List.copyOf(all);
    connector = connects;
    loop.addTicker(ticker);
  }

  List<Device> devices() {
    return devices;
  }

  /// Opens connections for devices.
  @FunctionalInterface
  interface Connector {
    /// Opens one.
    ///
    /// @param attempt 0 for where the device belongs, more for elsewhere
    void connect(Device device, int attempt);
  }

  /// Opens a connection for a device.
  void connect(Device device) {
    if (returns != null) {
      loop.execute(() -> returns.begins(device.index()));
    }
    connector.connect(device, 0);
  }

  /// Connects everybody, a few at a time, and returns when all are in.
  SignIns.Result signIn() throws InterruptedException {
    for (Device device : devices) {
      signIns.begin(device.index());
      connect(device);
    }
    return signIns.await();
  }

  @Override
  public Flight.Terms terms() {
    return terms;
  }

  @Override
  public void board(Flight next) {
    flights++;
    flight = next;
  }

  @Override
  public void send(int device, int message) {
    byte[] id = new byte[2 * Long.BYTES];
    ByteBuffer.wrap(id).putLong(nonce + flights).putLong(message);
    Device sender = devices.get(device);
    long request = (flights << FLIGHT_SHIFT) | message;
    byte[] frame = ClientFrames.send(request, sender.target(), id, text.of(message));
    if (returns != null) {
      returns.sent(device, request, frame);
    }
    sender.send(frame);
  }

  private void tick(long now) {
    ticks++;
    for (int i = ticks % ticksOfAnAck; i < devices.size(); i += ticksOfAnAck) {
      devices.get(i).acknowledgeLate();
    }
    if (ticks % TICKS_OF_A_PULL == 0) {
      devices.forEach(Device::pullAgain);
    }
    // By the time that has passed: a loop that has much to do ticks more rarely.
    heartbeatsDue += lastTick == 0 ? 0 : heartbeatsOfASecond * (now - lastTick) / 1e9;
    lastTick = now;
    for (; heartbeatsDue >= 1; heartbeatsDue--) {
      nextHeartbeat = (nextHeartbeat + 1) % devices.size();
      devices.get(nextHeartbeat).send(ClientFrames.heartbeat());
    }
    if (returns != null) {
      returns.tick(now, this::comeBack);
    }
  }

  private static int ticks(Duration delay) {
    double seconds = delay.getSeconds() + delay.getNanos() / 1e9;
    return (int) Math.max(1, seconds * TICKS_OF_A_SECOND);
  }

  @Override
  public void welcome(Device device, Welcome welcome, long now) {
    double seconds = Math.max(1, welcome.getHeartbeatInterval().getSeconds());
    heartbeatsOfASecond = terms.devices() / seconds;
    ticksOfAnAck = ticks(welcome.getAckDelay());
    signIns.done(device.index(), now);
    if (returns != null && returns.welcomeBack(device, now)) {
      device.catchUp();
    }
  }

  private void comeBack(Device device) {
    device.close();
    connector.connect(device, returns == null ? 0 : Math.max(1, returns.attempts(device.index())));
  }

  /// A device that is turned away while everybody comes tries again, as any would.
  @Override
  public void gone(Device device, String why) {
    if (signIns.tryAgain(device.index())) {
      connect(device);
    } else if (returns != null) {
      returns.gone(device);
    } else {
      signIns.failed(device.index(), why);
    }
  }

  @Override
  public void goAway(Device device, GoAway frame) {
    if (returns != null) {
      Duration wait = frame.getNotBefore();
      returns.leave(device, TimeUnit.SECONDS.toNanos(wait.getSeconds()) + wait.getNanos());
    }
  }

  @Override
  public void pulled(Device device, int messages, boolean complete, long now) {
    if (returns != null) {
      returns.pulled(messages);
      if (complete) {
        returns.caughtUp(device.index(), now);
      }
    }
  }

  @Override
  public void acked(Device device, long request, long seq, long now) {
    if (returns != null) {
      returns.answered(device.index(), request);
    }
    Flight current = flight;
    if (current != null && request >>> FLIGHT_SHIFT == flights) {
      current.acked((int) request, seq, now);
    }
  }

  @Override
  public void refused(Device device, long request, String reason) {
    Flight current = flight;
    if (current != null && request >>> FLIGHT_SHIFT == flights) {
      if (returns != null) {
        returns.refused(device, request);
      } else if (reason.equals(TIMEOUT)) {
        current.unknown((int) request, reason);
      } else {
        current.refused((int) request, reason);
      }
    }
  }

  @Override
  public void received(Device device, DeliverScan message, long now) {
    Flight current = flight;
    // What is left of an earlier run, and notices, are nobody's business here.
    if (current == null || message.runId != nonce + flights) {
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
  public void late(Device device, DeliverScan message) {
    Flight current = flight;
    if (current != null && message.runId == nonce + flights) {
      current.late((int) message.message, device.index(), message.seq);
    }
  }

  @Override
  public void disorder(Device device, String what) {
    if (returns != null) {
      returns.disorder();
    }
    Flight current = flight;
    if (current != null) {
      current.invented(what);
    }
  }

  @Override
  public void answered(Device device, ServerFrame frame, long now) {
    answer.complete(frame);
  }

  /// The next answer to a request that no run has made.
  CompletableFuture<ServerFrame> nextAnswer() {
    answer = new CompletableFuture<>();
    return answer;
  }

  @Override
  public void pause(IntPredicate which) {
    loop.execute(
        () -> devices.stream().filter(device -> which.test(device.index())).forEach(Device::pause));
  }

  @Override
  public void goOn() {
    loop.execute(() -> devices.forEach(Device::goOn));
  }

  @Override
  public void catchUp() {
    loop.execute(() -> devices.forEach(Device::catchUp));
  }

  @Override
  public String losses() {
    return signIns.losses();
  }

  @Override
  public void close() {
    loop.removeTicker(ticker);
    devices.forEach(Device::close);
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
