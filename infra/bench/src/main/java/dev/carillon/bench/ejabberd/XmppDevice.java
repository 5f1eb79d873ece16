package dev.carillon.bench.ejabberd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.carillon.wire.LoopConnection;
import org.jspecify.annotations.Nullable;

/// One XMPP client: signs in step by step, then looks for the bodies of messages and for nothing
/// else, so that it is as cheap as a device of ours.
final class XmppDevice implements LoopConnection.Handler {
  private static final byte[] BODY = "<body>".getBytes(US_ASCII);
  private static final byte[] BODY_END = "</body>".getBytes(US_ASCII);

  private final int index;
  private final String user;
  private final String room;
  private final Events events;
  private Step step = Step.OPENED;
  private volatile @Nullable LoopConnection connection;

  /// What it waits for.
  private enum Step {
    OPENED("</stream:features>"),
    SIGNED_IN("<success"),
    OPENED_AGAIN("</stream:features>"),
    BOUND("</iq>"),
    AVAILABLE("<presence"),
    JOINED("code='110'"),
    READY("");

    private final String awaited;

    Step(String awaited) {
      this.awaited = awaited;
    }
  }

  /// The receiver of a device's events; always called by the loop's thread.
  interface Events {
    /// It is signed in, and in its room if there is one.
    void ready(XmppDevice device, long now);

    /// Its connection has ended, or it was refused.
    void gone(XmppDevice device, String why);

    /// A message body has arrived.
    void body(XmppDevice device, String body, long now);
  }

  /// @param room the room's address; empty for none
  XmppDevice(int index, String user, String room, Events events) {
    this.index = index;
    this.user = user;
    this.room = room;
    this.events = events;
  }

  int index() {
    return index;
  }

  void send(byte[] stanza) {
    LoopConnection open = connection;
    if (open != null) {
      open.send(stanza);
    }
  }

  void close() {
    LoopConnection open = connection;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public void connected(LoopConnection opened) {
    // From here on, and not when whoever opened it hears of it: the answer may be quicker.
    connection = opened;
    step = Step.OPENED;
    opened.send(Stanzas.open());
  }

  @Override
  public int received(byte[] bytes, int end, long now) {
    return step == Step.READY ? bodies(bytes, end, now) : signingIn(bytes, end, now);
  }

  private int signingIn(byte[] bytes, int end, long now) {
    String text = new String(bytes, 0, end, ISO_8859_1);
    if (text.contains("<failure") || text.contains("<stream:error")) {
      throw new IllegalStateException(text);
    }
    if (!text.contains(step.awaited)) {
      return 0;
    }
    step = next();
    switch (step) {
      case SIGNED_IN -> send(Stanzas.signIn(user));
      case OPENED_AGAIN -> send(Stanzas.open());
      case BOUND -> send(Stanzas.bind());
      case AVAILABLE -> send(Stanzas.available());
      case JOINED -> send(Stanzas.join(room, index));
      case READY -> events.ready(this, now);
      case OPENED -> throw new IllegalStateException("it never goes back");
    }
    return end;
  }

  private Step next() {
    return switch (step) {
      case OPENED -> Step.SIGNED_IN;
      case SIGNED_IN -> Step.OPENED_AGAIN;
      case OPENED_AGAIN -> Step.BOUND;
      case BOUND -> room.isEmpty() ? Step.AVAILABLE : Step.JOINED;
      case AVAILABLE, JOINED, READY -> Step.READY;
    };
  }

  private int bodies(byte[] bytes, int end, long now) {
    int from = 0;
    while (true) {
      int begin = indexOf(bytes, from, end, BODY);
      if (begin < 0) {
        return Math.max(from, end - BODY.length + 1);
      }
      int close = indexOf(bytes, begin, end, BODY_END);
      if (close < 0) {
        return begin;
      }
      int text = begin + BODY.length;
      events.body(this, new String(bytes, text, close - text, ISO_8859_1), now);
      from = close + BODY_END.length;
    }
  }

  private static int indexOf(byte[] array, int from, int end, byte[] what) {
    for (int i = from; i <= end - what.length; i++) {
      if (array[i] == what[0] && matches(array, i, what)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean matches(byte[] array, int at, byte[] what) {
    for (int i = 1; i < what.length; i++) {
      if (array[at + i] != what[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void closed(String why) {
    events.gone(this, why);
  }
}
