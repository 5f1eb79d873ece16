package dev.carillon.bench.peer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;

/// One XMPP client: what it says, and the bodies in what it hears. A group is a room, which its first
/// member creates (XEP-0045).
final class XmppClient extends PeerClient {
  static final String PASSWORD = "pw";

  private static final byte[] BODY = "<body>".getBytes(US_ASCII);
  private static final byte[] BODY_END = "</body>".getBytes(US_ASCII);

  private final String room;
  private final String message;
  private Step step = Step.OPENED;

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

  XmppClient(int index, int group, Events events) {
    super(index, events);
    this.room = group == 0 ? "" : "room" + group + "@conference.localhost";
    this.message =
        room.isEmpty()
            ? "<message to='" + user(index ^ 1) + "@localhost' type='chat' id='m"
            : "<message to='" + room + "' type='groupchat' id='m";
  }

  /// The name of a user that the server knows.
  static String user(int number) {
    return "u" + number;
  }

  @Override
  void opened() {
    step = Step.OPENED;
    open();
  }

  @Override
  void post(String id, String text) {
    say(message + id + "'><body>" + text + "</body></message>");
  }

  private void say(String stanza) {
    send(stanza.getBytes(UTF_8));
  }

  private void open() {
    say(
        "<?xml version='1.0'?><stream:stream xmlns='jabber:client'"
            + " xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'>");
  }

  private Step signIn() {
    byte[] secret = ("\0" + user(index) + "\0" + PASSWORD).getBytes(UTF_8);
    say(
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>"
            + Base64.getEncoder().encodeToString(secret)
            + "</auth>");
    return Step.SIGNED_IN;
  }

  private Step bind() {
    say(
        "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
            + "<resource>r</resource></bind></iq>");
    return Step.BOUND;
  }

  private Step appear() {
    say("<presence/>");
    return Step.AVAILABLE;
  }

  private Step join() {
    say(
        "<presence/><presence to='%s/n%d'><x xmlns='http://jabber.org/protocol/muc'>"
                .formatted(room, index)
            + "<history maxstanzas='0'/></x></presence>");
    return Step.JOINED;
  }

  @Override
  public int received(byte[] bytes, int end, long now) {
    int from = 0;
    while (step != Step.READY) {
      int next = signingIn(bytes, from, end, now);
      if (next == from) {
        return from;
      }
      from = next;
    }
    return bodies(bytes, from, end, now);
  }

  /// Takes one step when what it waits for is there.
  ///
  /// @return where what comes after it begins; `begin` when it waits on
  private int signingIn(byte[] bytes, int begin, int end, long now) {
    String text = new String(bytes, begin, end - begin, ISO_8859_1);
    if (text.contains("<failure") || text.contains("<stream:error")) {
      throw new IllegalStateException(text);
    }
    int found = text.indexOf(step.awaited);
    if (found < 0) {
      return begin;
    }
    int next = begin + found + step.awaited.length();
    step = proceed(now);
    return next;
  }

  private Step proceed(long now) {
    return switch (step) {
      case OPENED -> signIn();
      case SIGNED_IN -> {
        open();
        yield Step.OPENED_AGAIN;
      }
      case OPENED_AGAIN -> bind();
      case BOUND -> room.isEmpty() ? appear() : join();
      case AVAILABLE, JOINED, READY -> {
        events.ready(index, now);
        yield Step.READY;
      }
    };
  }

  private int bodies(byte[] bytes, int begin, int end, long now) {
    int from = begin;
    while (true) {
      int body = indexOf(bytes, from, end, BODY);
      if (body < 0) {
        return Math.max(from, end - BODY.length + 1);
      }
      int close = indexOf(bytes, body, end, BODY_END);
      if (close < 0) {
        return body;
      }
      int text = body + BODY.length;
      events.received(index, new String(bytes, text, close - text, ISO_8859_1), 0, now);
      from = close + BODY_END.length;
    }
  }
}
