package dev.carillon.connection.signin;

import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.settings.Secret;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Resume tickets: they let a device reconnect without a token, to any gateway that has the key.
///
/// A ticket names the user, the device and two expiry times, its own and its token's, under an
/// HMAC-SHA256: no gateway stores it. A ticket never outlives the token that it came from, however
/// often it is exchanged. Thread-safe.
public final class ResumeTickets {
  private static final String ALGORITHM = "HmacSHA256";
  private static final byte VERSION = 1;
  private static final int MAC_LENGTH = 32;
  private static final int MIN_KEY_LENGTH = 32;
  private static final int MAX_NAME_LENGTH = 64;

  private final SecretKeySpec key;
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
    this.key = new SecretKeySpec(bytes, ALGORITHM);
    this.lifetime = lifetime;
    this.clock = clock;
  }

  /// Issues a ticket for a device whose user was identified by a token or ticket just now.
  public Ticket issue(Identity identity, String deviceId) {
    Instant now = clock.instant();
    Instant end = now.plus(lifetime);
    Instant until = end.isBefore(identity.until()) ? end : identity.until();
    byte[] user = identity.userId().getBytes(StandardCharsets.UTF_8);
    byte[] device = deviceId.getBytes(StandardCharsets.UTF_8);
    ByteBuffer ticket =
        ByteBuffer.allocate(1 + Long.BYTES * 2 + 2 + user.length + device.length + MAC_LENGTH)
            .put(VERSION)
            .putLong(until.toEpochMilli())
            .putLong(identity.until().toEpochMilli());
    ticket.put((byte) user.length).put(user).put((byte) device.length).put(device);
    ticket.put(mac(ticket.array(), ticket.position()));
    Duration left = Duration.between(now, until);
    return new Ticket(ticket.array(), left.isNegative() ? Duration.ZERO : left);
  }

  /// The user whom a ticket of this device identifies; throws a [Refusal] for `TICKET_INVALID`.
  public Identity open(byte[] ticket, String deviceId) {
    int length = ticket.length - MAC_LENGTH;
    if (length < 1
        || ticket[0] != VERSION
        || !MessageDigest.isEqual(
            mac(ticket, length), Arrays.copyOfRange(ticket, length, ticket.length))) {
      throw invalid("not one of ours");
    }
    try {
      return read(ByteBuffer.wrap(ticket, 1, length - 1), deviceId);
    } catch (BufferUnderflowException e) {
      throw invalid("cut off");
    }
  }

  private Identity read(ByteBuffer ticket, String deviceId) {
    Instant until = Instant.ofEpochMilli(ticket.getLong());
    Instant tokenUntil = Instant.ofEpochMilli(ticket.getLong());
    String user = name(ticket);
    if (!name(ticket).equals(deviceId)) {
      throw invalid("of another device");
    }
    if (!clock.instant().isBefore(until)) {
      throw invalid("ended at " + until);
    }
    return new Identity(user, tokenUntil);
  }

  private static String name(ByteBuffer ticket) {
    byte[] name = new byte[Math.clamp(ticket.get(), 0, MAX_NAME_LENGTH)];
    ticket.get(name);
    return new String(name, StandardCharsets.UTF_8);
  }

  private byte[] mac(byte[] bytes, int length) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(bytes, 0, length);
      return mac.doFinal();
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has HMAC-SHA256", impossible);
    }
  }

  private static Refusal invalid(String why) {
    return new Refusal(
        ConnectionError.TICKET_INVALID,
        "resume ticket: " + why + " (expected: a ticket that is good)");
  }
}
