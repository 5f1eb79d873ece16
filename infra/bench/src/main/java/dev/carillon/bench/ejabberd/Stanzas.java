package dev.carillon.bench.ejabberd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;

/// What an XMPP client says, as bytes.
final class Stanzas {
  static final String PASSWORD = "pw";

  private Stanzas() {}

  static byte[] open() {
    return bytes(
        "<?xml version='1.0'?><stream:stream xmlns='jabber:client'"
            + " xmlns:stream='http://etherx.jabber.org/streams' to='localhost' version='1.0'>");
  }

  static byte[] signIn(String user) {
    String secret = Base64.getEncoder().encodeToString(bytes("\0" + user + "\0" + PASSWORD));
    return bytes(
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" + secret + "</auth>");
  }

  static byte[] bind() {
    return bytes(
        "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
            + "<resource>r</resource></bind></iq>");
  }

  static byte[] available() {
    return bytes("<presence/>");
  }

  static byte[] join(String room, int device) {
    return bytes(
        "<presence/><presence to='%s/n%d'><x xmlns='http://jabber.org/protocol/muc'>"
                .formatted(room, device)
            + "<history maxstanzas='0'/></x></presence>");
  }

  /// A message to a person, or to a room.
  static byte[] message(String to, boolean room, int message, String body) {
    String type = room ? "groupchat" : "chat";
    return bytes(
        "<message to='"
            + to
            + "' type='"
            + type
            + "' id='m"
            + message
            + "'><body>"
            + body
            + "</body></message>");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /// The name of a user that the server knows.
  static String user(int number) {
    return "u" + number;
  }
}
