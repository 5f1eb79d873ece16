package dev.carillon.bench.peer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayDeque;
import java.util.Base64;
import java.util.List;
import java.util.Queue;

/// One XMPP client: what it says, and the bodies in what it hears. A group is a room, which its
/// first member creates (XEP-0045).
final class XmppClient extends PeerDevices.Client {
  static final String PASSWORD = "pw";

  private static final String OPEN =
      "<?xml version='1.0'?><stream:stream xmlns='jabber:client'"
          + " xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'>";
  private static final String BIND =
      "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
          + "<resource>r</resource></bind></iq>";
  private static final byte[] BODY = "<body>".getBytes(US_ASCII);
  private static final byte[] BODY_END = "</body>".getBytes(US_ASCII);

  private final String message;

  /// What is still to be done until it is signed in.
  private final Queue<Step> steps;

  /// @param awaited what it waits for
  /// @param reply what it says then; after the last step it is ready
  private record Step(String awaited, String reply) {}

  XmppClient(int index, int group, PeerDevices devices) {
    super(index, devices);
    boolean pair = group == 0;
    String room = "room" + group + "@conference.localhost";
    this.message =
        pair
            ? "<message to='" + user(index ^ 1) + "@localhost' type='chat' id='m"
            : "<message to='" + room + "' type='groupchat' id='m";
    this.steps =
        new ArrayDeque<>(
            List.of(
                new Step("</stream:features>", authentication(index)),
                new Step("<success", OPEN),
                new Step("</stream:features>", BIND),
                new Step("</iq>", pair ? "<presence/>" : joining(room, index)),
                new Step(pair ? "<presence" : "code='110'", "")));
  }

  private static String authentication(int index) {
    byte[] secret = ("\0" + user(index) + "\0" + PASSWORD).getBytes(UTF_8);
    return "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>"
        + Base64.getEncoder().encodeToString(secret)
        + "</auth>";
  }

  private static String joining(String room, int index) {
    return "<presence/><presence to='%s/n%d'><x xmlns='http://jabber.org/protocol/muc'>"
            .formatted(room, index)
        + "<history maxstanzas='0'/></x></presence>";
  }

  /// The name of a user that the server knows.
  static String user(int number) {
    return "u" + number;
  }

  @Override
  void opened() {
    say(OPEN);
  }

  @Override
  void post(String id, String text) {
    say(message + id + "'><body>" + text + "</body></message>");
  }

  private void say(String stanza) {
    send(stanza.getBytes(UTF_8));
  }

  @Override
  public int received(byte[] bytes, int end, long now) {
    int from = 0;
    for (Step step = steps.peek(); step != null; step = steps.peek()) {
      String text = new String(bytes, from, end - from, ISO_8859_1);
      if (text.contains("<failure") || text.contains("<stream:error")) {
        throw new IllegalStateException(text);
      }
      int found = text.indexOf(step.awaited());
      if (found < 0) {
        return from;
      }
      from += found + step.awaited().length();
      steps.remove();
      if (steps.isEmpty()) {
        devices.ready(index, now);
      } else {
        say(step.reply());
      }
    }
    return bodies(bytes, from, end, now);
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
      devices.received(index, new String(bytes, text, close - text, ISO_8859_1), 0, now);
      from = close + BODY_END.length;
    }
  }
}
