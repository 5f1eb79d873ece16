package dev.carillon.connection.signin;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.identity.UserIds;
import dev.carillon.runtime.settings.Secret;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Verifies signed tokens against a fixed set of keys. Thread-safe.
///
/// A key is used for one algorithm only, HS256 for a shared key and ES256 for a public one: a token
/// cannot choose to have a public key used as a shared secret, or to have no signature.
public final class TokenVerifier {
  private static final Duration SKEW = Duration.ofMinutes(1);
  private static final int MIN_SHARED_KEY_BITS = 256;

  private final List<Key> keys;
  private final String audience;
  private final InstantSource clock;

  private record Key(@Nullable String id, JWSAlgorithm algorithm, JWSVerifier verifier) {}

  /// Takes the keys of a JWK set, or of a single JWK; throws [IllegalArgumentException] for keys
  /// that are neither `oct` of at least 256 bits nor `EC` on P-256, and for a set without keys.
  public TokenVerifier(Secret jwks, String audience, InstantSource clock) {
    this.keys = keys(jwks.reveal());
    this.audience = audience;
    this.clock = clock;
  }

  /// The user whom the token identifies; throws a [Refusal] for `TOKEN_INVALID` or `TOKEN_EXPIRED`.
  /// Takes a few microseconds for HS256 and a few hundred for ES256.
  public Identity verify(String token) {
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      if (!isSigned(jwt)) {
        throw invalid("signature: not by a key of ours");
      }
      return identity(jwt.getJWTClaimsSet());
    } catch (ParseException | JOSEException | IllegalArgumentException e) {
      throw invalid("not a signed JWT");
    }
  }

  private boolean isSigned(SignedJWT jwt) throws JOSEException {
    JWSHeader header = jwt.getHeader();
    for (Key key : keys) {
      boolean fits =
          key.algorithm().equals(header.getAlgorithm())
              && (header.getKeyID() == null || header.getKeyID().equals(key.id()));
      if (fits && jwt.verify(key.verifier())) {
        return true;
      }
    }
    return false;
  }

  private Identity identity(JWTClaimsSet claims) {
    String user = claims.getSubject();
    if (user == null || !UserIds.isValid(user)) {
      throw invalid("sub: absent or no user id");
    }
    if (!claims.getAudience().contains(audience)) {
      throw invalid("aud: " + claims.getAudience() + " (expected: " + audience + ")");
    }
    Date expiry = claims.getExpirationTime();
    if (expiry == null) {
      throw invalid("exp: absent (expected: when the token ends)");
    }
    Instant now = clock.instant();
    if (!now.isBefore(expiry.toInstant())) {
      throw new Refusal(ConnectionError.TOKEN_EXPIRED, "exp: " + expiry.toInstant() + " is over");
    }
    Date notBefore = claims.getNotBeforeTime();
    if (notBefore != null && now.plus(SKEW).isBefore(notBefore.toInstant())) {
      throw invalid("nbf: " + notBefore.toInstant() + " is not yet");
    }
    return new Identity(user, expiry.toInstant());
  }

  private static Refusal invalid(String why) {
    return new Refusal(ConnectionError.TOKEN_INVALID, why);
  }

  private static List<Key> keys(String json) {
    try {
      List<JWK> jwks =
          json.contains("\"keys\"") ? JWKSet.parse(json).getKeys() : List.of(JWK.parse(json));
      List<Key> keys = new ArrayList<>();
      for (JWK jwk : jwks) {
        keys.add(key(jwk));
      }
      if (keys.isEmpty()) {
        throw new IllegalArgumentException("token keys: none (expected: a JWK set with keys)");
      }
      return List.copyOf(keys);
    } catch (ParseException | JOSEException e) {
      // The cause may quote the key.
      throw new IllegalArgumentException("token keys: unreadable (expected: a JWK set)");
    }
  }

  private static Key key(JWK jwk) throws JOSEException {
    if (jwk instanceof OctetSequenceKey shared && shared.size() >= MIN_SHARED_KEY_BITS) {
      return new Key(jwk.getKeyID(), JWSAlgorithm.HS256, new MACVerifier(shared));
    }
    if (jwk instanceof ECKey publicKey && Curve.P_256.equals(publicKey.getCurve())) {
      return new Key(
          jwk.getKeyID(), JWSAlgorithm.ES256, new ECDSAVerifier(publicKey.toPublicJWK()));
    }
    throw new IllegalArgumentException(
        "token key %s: %s of %d bits (expected: oct of at least 256 bits, or EC on P-256)"
            .formatted(jwk.getKeyID(), jwk.getKeyType(), jwk.size()));
  }
}
