package dev.carillon.connection.signin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import dev.carillon.runtime.settings.Secret;
import dev.carillon.testing.FakeClock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Date;
import org.junit.jupiter.api.Test;

final class TokenVerifierTest {
  private final FakeClock clock = new FakeClock();
  private final OctetSequenceKey shared = sharedKey("shared");
  private final ECKey pair = keyPair("pair");
  private final TokenVerifier verifier = verifier(shared, pair.toPublicJWK());

  @Test
  void believesSharedKeysAndPublicKeys() throws JOSEException {
    Identity expected = new Identity("ann", clock.instant().plus(Duration.ofHours(1)));

    assertThat(verifier.verify(hs256(shared, "shared", claims().build()))).isEqualTo(expected);
    assertThat(verifier.verify(hs256(shared, null, claims().build()))).isEqualTo(expected);
    assertThat(verifier.verify(sign(JWSAlgorithm.ES256, new ECDSASigner(pair), "pair")))
        .isEqualTo(expected);
  }

  @Test
  void believesNoOtherKey() throws JOSEException {
    OctetSequenceKey other = sharedKey("shared");

    assertInvalid(hs256(other, "shared", claims().build()));
    assertInvalid(hs256(other, null, claims().build()));
    assertInvalid(sign(JWSAlgorithm.ES256, new ECDSASigner(keyPair("pair")), "pair"));
    assertInvalid(hs256(shared, "pair", claims().build()));
    assertInvalid(hs256(shared, "unknown", claims().build()));
  }

  @Test
  void believesNoTokenWithoutSignature() {
    assertInvalid(new PlainJWT(claims().build()).serialize());
  }

  @Test
  void takesNoPublicKeyForASharedOne() throws Exception {
    byte[] published = pair.toECPublicKey().getEncoded();
    assertInvalid(sign(JWSAlgorithm.HS256, new MACSigner(published), "pair"));
    byte[] json = pair.toPublicJWK().toJSONString().getBytes(UTF_8);
    assertInvalid(sign(JWSAlgorithm.HS256, new MACSigner(json), "pair"));
  }

  @Test
  void takesNoOtherAlgorithmOfTheSameFamily() throws JOSEException {
    byte[] secret = Arrays.copyOf(shared.toByteArray(), 64);
    assertInvalid(sign(JWSAlgorithm.HS512, new MACSigner(secret), "shared"));
  }

  @Test
  void refusesATokenThatHasExpired() {
    String token = hs256(shared, "shared", claims().build());

    clock.advance(Duration.ofHours(1).minusSeconds(1));
    assertThat(verifier.verify(token).userId()).isEqualTo("ann");
    clock.advance(Duration.ofSeconds(1));
    assertThatThrownBy(() -> verifier.verify(token)).hasMessageStartingWith("TOKEN_EXPIRED");
  }

  @Test
  void refusesClaimsThatAreMissingOrNotForUs() {
    Date late = Date.from(clock.instant().plus(Duration.ofHours(1)));
    assertInvalid(hs256(shared, null, claims().audience("other").build()));
    assertInvalid(hs256(shared, null, claims().audience((String) null).build()));
    assertInvalid(hs256(shared, null, claims().expirationTime(null).build()));
    assertInvalid(hs256(shared, null, claims().subject(null).build()));
    assertInvalid(hs256(shared, null, claims().subject("").build()));
    assertInvalid(hs256(shared, null, claims().subject("x".repeat(65)).build()));
    assertInvalid(hs256(shared, null, claims().subject("a\nb").build()));
    assertInvalid(hs256(shared, null, claims().notBeforeTime(late).build()));
  }

  @Test
  void refusesWhatIsNoToken() {
    String token = hs256(shared, "shared", claims().build());

    for (String bad : new String[] {"", ".", "..", "a.b.c", token + "x", token.substring(1)}) {
      assertInvalid(bad);
    }
  }

  @Test
  void refusesKeysThatAreTooWeakOrOfAnotherKind() {
    OctetSequenceKey weak = new OctetSequenceKey.Builder(new byte[16]).keyID("weak").build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> verifier(weak))
        .withMessage(
            "token key weak: oct of 128 bits (expected: oct of at least 256 bits, or EC on P-256)");
    assertThatIllegalArgumentException().isThrownBy(() -> verifier());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TokenVerifier(Secret.of("no json"), "carillon", clock));
  }

  private void assertInvalid(String token) {
    assertThatThrownBy(() -> verifier.verify(token)).hasMessageStartingWith("TOKEN_INVALID");
  }

  private JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .subject("ann")
        .audience("carillon")
        .expirationTime(Date.from(clock.instant().plus(Duration.ofHours(1))));
  }

  private TokenVerifier verifier(JWK... keys) {
    return new TokenVerifier(
        Secret.of(new JWKSet(Arrays.asList(keys)).toString(false)), "carillon", clock);
  }

  private static String hs256(
      OctetSequenceKey key, @org.jspecify.annotations.Nullable String id, JWTClaimsSet claims) {
    try {
      return serialize(JWSAlgorithm.HS256, new MACSigner(key), id, claims);
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private String sign(JWSAlgorithm algorithm, JWSSigner signer, String id) throws JOSEException {
    return serialize(algorithm, signer, id, claims().build());
  }

  private static String serialize(
      JWSAlgorithm algorithm,
      JWSSigner signer,
      @org.jspecify.annotations.Nullable String id,
      JWTClaimsSet claims)
      throws JOSEException {
    SignedJWT jwt = new SignedJWT(new JWSHeader.Builder(algorithm).keyID(id).build(), claims);
    jwt.sign(signer);
    return jwt.serialize();
  }

  private static OctetSequenceKey sharedKey(String id) {
    try {
      return new OctetSequenceKeyGenerator(256).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ECKey keyPair(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
