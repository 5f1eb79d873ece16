package dev.carillon.connection.signin;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.settings.Secret;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;

/// Resume tickets: they let a device reconnect without a token, to any gateway that has the key.
///
/// A ticket is a JWS under HS256 that names the user, the device and two expiry times, its own and
/// its token's: no gateway stores it. Its type keeps it apart from tokens, should both have the
/// same key. A ticket never outlives the token that it came from, however often it is exchanged.
/// Thread-safe.
public final class ResumeTickets {
  private static final JWSHeader HEADER =
      new JWSHeader.Builder(JWSAlgorithm.HS256)
          .type(new JOSEObjectType("carillon-resume-ticket"))
          .build();
  private static final int MIN_KEY_LENGTH = 32;
  private static final String USER = "user";
  private static final String DEVICE = "device";
  private static final String UNTIL_MILLIS = "until_ms";
  private static final String TOKEN_UNTIL_MILLIS = "token_until_ms";

  private final JWSSigner signer;
  private final JWSVerifier verifier;
  private final Duration lifetime;
  private final InstantSource clock;

  /// A ticket and how long it is valid.
  ///
  /// @param bytes what the device keeps; not copied
  @SuppressWarnings("ArrayRecordComponent")
  public record Ticket(byte[] bytes, Duration lifetime) {}

  /// Tickets under `key`, at least 32 bytes of text, valid for `lifetime`.
  public ResumeTickets(Secret key, Duration lifetime, InstantSource clock) {
    byte[] bytes = key.reveal().getBytes(StandardCharsets.UTF_8);
    if (bytes.length < MIN_KEY_LENGTH) {
      throw new IllegalArgumentException(
          "ticket key: " + bytes.length + " bytes (expected: at least " + MIN_KEY_LENGTH + ")");
    }
    try {
      this.signer = new MACSigner(bytes);
      this.verifier = new MACVerifier(bytes);
    } catch (JOSEException impossible) {
      throw new IllegalStateException("a key of this length suits HS256", impossible);
    }
    this.lifetime = lifetime;
    this.clock = clock;
  }

  /// Issues a ticket for a device whose user was identified by a token or ticket just now.
  public Ticket issue(Identity identity, String deviceId) {
    Instant now = clock.instant();
    Instant end = now.plus(lifetime);
    Instant until = end.isBefore(identity.until()) ? end : identity.until();
    JWSObject ticket =
        new JWSObject(
            HEADER,
            new Payload(
                Map.of(
                    USER, identity.userId(),
                    DEVICE, deviceId,
                    UNTIL_MILLIS, until.toEpochMilli(),
                    TOKEN_UNTIL_MILLIS, identity.until().toEpochMilli())));
    try {
      ticket.sign(signer);
    } catch (JOSEException impossible) {
      throw new IllegalStateException("every Java platform has HMAC-SHA256", impossible);
    }
    byte[] bytes = ticket.serialize().getBytes(StandardCharsets.US_ASCII);
    Duration left = Duration.between(now, until);
    return new Ticket(bytes, left.isNegative() ? Duration.ZERO : left);
  }

  /// The user whom a ticket of this device identifies; throws a [Refusal] for `TICKET_INVALID`.
  public Identity open(byte[] ticket, String deviceId) {
    try {
      JWSObject read = JWSObject.parse(new String(ticket, StandardCharsets.ISO_8859_1));
      if (!isOurs(read)) {
        throw invalid("not one of ours");
      }
      return read(read.getPayload().toJSONObject(), deviceId);
    } catch (ParseException | JOSEException | IllegalArgumentException e) {
      throw invalid("not one of ours");
    }
  }

  private boolean isOurs(JWSObject ticket) throws JOSEException {
    Base64URL signature = ticket.getSignature();
    return JWSAlgorithm.HS256.equals(ticket.getHeader().getAlgorithm())
        && HEADER.getType().equals(ticket.getHeader().getType())
        && ticket.verify(verifier)
        // Base64 has several texts for the same bytes; one of them is the ticket.
        && signature.equals(Base64URL.encode(signature.decode()));
  }

  private Identity read(Map<String, Object> ticket, String deviceId) throws ParseException {
    Instant until = Instant.ofEpochMilli(JSONObjectUtils.getLong(ticket, UNTIL_MILLIS));
    if (!deviceId.equals(JSONObjectUtils.getString(ticket, DEVICE))) {
      throw invalid("of another device");
    }
    if (!clock.instant().isBefore(until)) {
      throw invalid("ended at " + until);
    }
    return new Identity(
        JSONObjectUtils.getString(ticket, USER),
        Instant.ofEpochMilli(JSONObjectUtils.getLong(ticket, TOKEN_UNTIL_MILLIS)));
  }

  private static Refusal invalid(String why) {
    return new Refusal(
        ConnectionError.TICKET_INVALID,
        "resume ticket: " + why + " (expected: a ticket that is good)");
  }
}
