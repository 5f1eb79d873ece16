package dev.carillon.installation;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Objects;

/// Signs tokens with the key of an installation on this machine.
///
/// @param keyFile a JWK, or a JWK set whose first symmetric key is taken
public record LocalTokens(Path keyFile, InstantSource clock) {
  private static final String AUDIENCE = "carillon";

  /// Tokens that a running installation accepts.
  public static LocalTokens of(Installation installation) {
    return new LocalTokens(Path.of(installation.tokenKeyFile()), InstantSource.system());
  }

  /// A token that authenticates a user for some time.
  ///
  /// @throws CommandFailure when the key cannot be read
  public String sign(String userId, Duration lifetime) {
    try {
      OctetSequenceKey key = key();
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.HS256).keyID(key.getKeyID()).build(),
              new JWTClaimsSet.Builder()
                  .subject(userId)
                  .audience(AUDIENCE)
                  .issueTime(Date.from(clock.instant()))
                  .expirationTime(Date.from(clock.instant().plus(lifetime)))
                  .build());
      token.sign(new MACSigner(key));
      return token.serialize();
    } catch (IOException | ParseException | JOSEException e) {
      String why = e instanceof IOException io ? FileProblems.words(io) : e.getMessage();
      throw new CommandFailure(
          ExitCodes.REFUSED,
          keyFile
              + " cannot be used to sign in ("
              + why
              + "); expected: a JWK set with a private key, or a token of your own");
    }
  }

  /// The subject that a token names, not verified; `token` when it names none.
  public static String subject(String token) {
    try {
      return Objects.requireNonNullElse(
          SignedJWT.parse(token).getJWTClaimsSet().getSubject(), "token");
    } catch (ParseException notOurs) {
      return "token";
    }
  }

  private OctetSequenceKey key() throws IOException, ParseException, JOSEException {
    String json = Files.readString(keyFile, StandardCharsets.UTF_8);
    List<JWK> keys =
        json.contains("\"keys\"") ? JWKSet.parse(json).getKeys() : List.of(JWK.parse(json));
    return keys.stream()
        .filter(OctetSequenceKey.class::isInstance)
        .map(OctetSequenceKey.class::cast)
        .findFirst()
        .orElseThrow(() -> new JOSEException("it holds no symmetric key"));
  }
}
