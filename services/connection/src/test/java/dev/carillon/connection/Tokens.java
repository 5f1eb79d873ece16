package dev.carillon.connection;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.carillon.runtime.settings.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;

/// Makes tokens, good and bad ones.
final class Tokens {
  static final String AUDIENCE = "carillon";

  private final OctetSequenceKey key = generate();

  /// The keys in the form of the setting `TOKEN_KEYS`.
  Secret keys() {
    return Secret.of(new JWKSet(key).toString(false));
  }

  /// A token that is good for an hour from `now`.
  String token(String user, Instant now) {
    return sign(claims(user, now).build());
  }

  /// The claims of such a token, to be spoiled.
  JWTClaimsSet.Builder claims(String user, Instant now) {
    return new JWTClaimsSet.Builder()
        .subject(user)
        .audience(AUDIENCE)
        .expirationTime(Date.from(now.plus(Duration.ofHours(1))));
  }

  /// A token of these claims, signed as it should be.
  String sign(JWTClaimsSet claims) {
    try {
      SignedJWT jwt =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.getKeyID()).build(), claims);
      jwt.sign(new MACSigner(key));
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static OctetSequenceKey generate() {
    try {
      return new OctetSequenceKeyGenerator(256).keyID("test").generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
