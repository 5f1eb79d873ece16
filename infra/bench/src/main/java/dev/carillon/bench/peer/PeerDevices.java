package dev.carillon.bench.peer;

import dev.carillon.bench.load.MeasuredSystem.SendingDevices;
import dev.carillon.bench.load.RunTracker;
import dev.carillon.bench.load.SignIns;
import dev.carillon.wire.Loop;
import dev.carillon.wire.LoopConnection;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Signed-in clients of a peer, two by two or in one group, that send and receive for a run.
///
/// A text is the message's name and padding. The name is the run's number, the sender's and the
/// message's, eight digits each. Where a peer numbers nothing, a message's number in a group is its
/// place in what a client was handed, which must be the same for all. What clients see they report
/// on the loop's thread.
final class PeerDevices implements SendingDevices {
  private static final int DIGITS = 8;
  private static final int SIGNING_IN_AT_ONCE = 64;

  private final RunTracker.Terms terms;
  private final boolean inGroup;
  private final SignIns signIns;
  private final String padding;
  private final List<Client> clients;
  private final IntSupplier runs;
  private int[] arrivals = {};
  private volatile int run;
  private volatile @Nullable RunTracker tracker;

  /// A protocol that a peer speaks.
  @FunctionalInterface
  interface Protocol {
    /// A client that is not connected.
    ///
    /// @param group the number of the conversation that all clients are in; 0: they are two by two,
    ///   the client 2n with 2n + 1
    Client client(int index, int group, PeerDevices devices);

    /// Whether a sender gets an acknowledgement, and its own message in a pair too.
    default boolean acknowledges() {
      return false;
    }
  }

  /// One client of a peer: signs in step by step, then looks for the texts of messages and for
  /// nothing else, so that it is as cheap as a device of ours.
  abstract static class Client implements LoopConnection.Handler {
    final int index;
    final PeerDevices devices;
    private volatile @Nullable LoopConnection connection;

    Client(int index, PeerDevices devices) {
      this.index = index;
      this.devices = devices;
    }

    /// The connection is open.
    abstract void opened();

    /// Sends a message to the client's conversation.
    ///
    /// @param id its name among all that are sent
    abstract void post(String id, String text);

    final void send(byte[] bytes) {
      LoopConnection open = connection;
      if (open != null) {
        open.send(bytes);
      }
    }

    final void close() {
      LoopConnection open = connection;
      if (open != null) {
        open.close();
      }
    }

    @Override
    public final void connected(LoopConnection opened) {
      // From here on, and not when whoever opened it hears of it: the answer may be quicker.
      connection = opened;
      opened();
    }

    @Override
    public final void closed(String why) {
      devices.signIns.failed(index, why);
    }

    /// Where two bytes or more stand in others; -1: nowhere.
    static int indexOf(byte[] array, int from, int end, byte[] what) {
      for (int i = from; i <= end - what.length; i++) {
        if (array[i] == what[0]
            && array[i + 1] == what[1]
            && Arrays.equals(array, i, i + what.length, what, 0, what.length)) {
          return i;
        }
      }
      return -1;
    }
  }

  /// Clients that are not connected.
  ///
  /// @param group the number of the conversation that all are in; 0: they are two by two
  /// @param runs numbers the runs of all clients that the peer ever had
  PeerDevices(Protocol protocol, int devices, int group, int textLength, IntSupplier runs) {
    boolean acknowledged = protocol.acknowledges();
    this.inGroup = group > 0;
    this.terms =
        new RunTracker.Terms(inGroup ? devices : acknowledged ? 2 : 1, devices, acknowledged);
    this.signIns = new SignIns(devices, SIGNING_IN_AT_ONCE);
    this.runs = runs;
    this.padding = "x".repeat(Math.max(0, textLength - 3 * DIGITS));
    this.clients =
        IntStream.range(0, devices).mapToObj(i -> protocol.client(i, group, this)).toList();
  }

  /// Connects all clients, a few at a time, and returns when all are signed in.
  PeerDevices signIn(Loop loop, InetSocketAddress address) throws InterruptedException {
    for (Client client : clients) {
      signIns.begin(client.index);
      loop.connect(address, client);
    }
    signIns.await();
    return this;
  }

  List<Client> clients() {
    return clients;
  }

  @Override
  public SignIns signIns() {
    return signIns;
  }

  @Override
  public RunTracker.Terms terms() {
    return terms;
  }

  @Override
  public void track(RunTracker next) {
    arrivals = new int[terms.devices()];
    run = runs.getAsInt();
    tracker = next;
  }

  @Override
  public void send(int device, int message) {
    String id = digits(run) + digits(device) + digits(message);
    clients.get(device).post(id, id + padding);
  }

  private static String digits(int number) {
    String text = Integer.toString(number);
    return "0".repeat(DIGITS - text.length()) + text;
  }

  /// A client is signed in, and in its group if there is one.
  void ready(int device, long now) {
    signIns.done(device, now);
  }

  /// A client was handed a text.
  ///
  /// @param number the message's in its conversation; 0: the peer gives none
  void received(int device, String text, long number, long now) {
    RunTracker current = tracker;
    if (current != null && isOfThisRun(text)) {
      int message = number(text, 2);
      long place = number > 0 ? number : inGroup ? ++arrivals[device] : message + 1;
      boolean own = number(text, 1) == device;
      current.received(message, device, place, own, now);
    }
  }

  /// A message is stored.
  ///
  /// @param number its number in its conversation
  void acknowledged(String id, long number, long now) {
    RunTracker current = tracker;
    if (current != null && isOfThisRun(id)) {
      current.acked(number(id, 2), number, now);
    }
  }

  /// A message is refused for good.
  void refused(String id, String why) {
    RunTracker current = tracker;
    if (current != null && isOfThisRun(id)) {
      current.refused(number(id, 2), why);
    }
  }

  private boolean isOfThisRun(String id) {
    return id.length() >= 3 * DIGITS && number(id, 0) == run;
  }

  private static int number(String text, int index) {
    int from = index * DIGITS;
    return Integer.parseInt(text, from, from + DIGITS, 10);
  }

  @Override
  public void close() {
    clients.forEach(Client::close);
  }
}
