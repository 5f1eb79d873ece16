package dev.carillon.bench.ejabberd;

import dev.carillon.bench.load.RunTracker;
import dev.carillon.bench.load.SendingDevices;
import dev.carillon.bench.load.SignIns;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Signed-in XMPP clients, two by two or in one room, that send and receive for a run.
///
/// A body is the run's number, the sender's and the message's, eight digits each, and padding. In a
/// room a message's number is its place in what a client was handed, which must be the same for
/// all.
final class XmppDevices implements SendingDevices, XmppDevice.Events {
  private static final int DIGITS = 8;

  private final RunTracker.Terms terms;
  private final String room;
  private final SignIns signIns;
  private final String padding;
  private List<XmppDevice> devices = List.of();
  private int[] arrivals = {};
  private int runs;
  private volatile @Nullable RunTracker tracker;

  /// @param room the room's address; empty for none
  XmppDevices(RunTracker.Terms terms, String room, int textLength, SignIns signIns) {
    this.terms = terms;
    this.room = room;
    this.signIns = signIns;
    this.padding = "x".repeat(Math.max(0, textLength - 3 * DIGITS));
  }

  void take(List<XmppDevice> all) {
    devices = List.copyOf(all);
  }

  @Override
  public RunTracker.Terms terms() {
    return terms;
  }

  @Override
  public void track(RunTracker next) {
    arrivals = new int[terms.devices()];
    runs++;
    tracker = next;
  }

  @Override
  public void send(int device, int message) {
    boolean toRoom = !room.isEmpty();
    String to = toRoom ? room : Stanzas.user(device ^ 1) + "@localhost";
    String body = digits(runs) + digits(device) + digits(message) + padding;
    devices.get(device).send(Stanzas.message(to, toRoom, message, body));
  }

  private static String digits(int number) {
    String text = Integer.toString(number);
    return "0".repeat(DIGITS - text.length()) + text;
  }

  @Override
  public void ready(XmppDevice device, long now) {
    signIns.done(device.index(), now);
  }

  @Override
  public void gone(XmppDevice device, String why) {
    signIns.failed(device.index(), why);
  }

  @Override
  public void body(XmppDevice device, String body, long now) {
    RunTracker current = tracker;
    if (current == null || body.length() < 3 * DIGITS || number(body, 0) != runs) {
      return;
    }
    int message = number(body, 2);
    int place = room.isEmpty() ? message + 1 : ++arrivals[device.index()];
    boolean own = number(body, 1) == device.index();
    current.received(message, device.index(), place, own, now);
  }

  private static int number(String body, int index) {
    int from = index * DIGITS;
    return Integer.parseInt(body, from, from + DIGITS, 10);
  }

  @Override
  public void catchUp() {}

  @Override
  public String losses() {
    return signIns.losses();
  }

  @Override
  public void close() {
    devices.forEach(XmppDevice::close);
  }
}
