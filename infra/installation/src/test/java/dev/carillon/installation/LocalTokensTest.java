package dev.carillon.installation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalTokensTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
  private static final String KEY =
      "{\"kty\":\"oct\",\"kid\":\"local\",\"k\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\"}";

  @TempDir Path folder;

  @Test
  void signsWithTheFirstKeyOfASet() throws Exception {
    SignedJWT token = SignedJWT.parse(sign("{\"keys\":[" + KEY + "]}"));

    assertThat(token.verify(new MACVerifier(OctetSequenceKey.parse(KEY)))).isTrue();
    assertThat(token.getHeader().getKeyID()).isEqualTo("local");
    assertThat(token.getJWTClaimsSet().getSubject()).isEqualTo("ann");
    assertThat(token.getJWTClaimsSet().getAudience()).containsExactly("carillon");
    assertThat(token.getJWTClaimsSet().getExpirationTime().toInstant())
        .isEqualTo(NOW.plus(Duration.ofHours(1)));
  }

  @Test
  void signsWithALoneKey() throws Exception {
    assertThat(SignedJWT.parse(sign(KEY)).verify(new MACVerifier(OctetSequenceKey.parse(KEY))))
        .isTrue();
  }

  @Test
  void saysWhyAKeyCannotBeUsed() {
    assertThatThrownBy(() -> sign("{\"keys\":[]}"))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("no symmetric key")
        .hasMessageContaining("or a token of your own");
    assertThatThrownBy(() -> sign("nonsense")).isInstanceOf(CommandFailure.class);
    assertThatThrownBy(() -> tokens(folder.resolve("absent")).sign("ann", Duration.ofHours(1)))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("absent: does not exist");
  }

  @Test
  void aTokenTellsWhomItSpeaksFor() throws IOException {
    assertThat(LocalTokens.subject(sign(KEY))).isEqualTo("ann");
    assertThat(LocalTokens.subject("nonsense")).isEqualTo("token");
  }

  private String sign(String keys) throws IOException {
    return tokens(Files.writeString(folder.resolve("keys.json"), keys))
        .sign("ann", Duration.ofHours(1));
  }

  private static LocalTokens tokens(Path keyFile) {
    return new LocalTokens(keyFile, InstantSource.fixed(NOW));
  }
}
