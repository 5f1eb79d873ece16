package dev.carillon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.carillon.installation.ExitCodes;
import dev.carillon.installation.Installation;
import dev.carillon.installation.InstallationFolder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TokenCommandTest {
  private static final String KEY =
      "{\"kty\":\"oct\",\"kid\":\"local\",\"k\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\"}";

  @TempDir Path data;

  @Test
  void signsForWhomAndForHowLongItIsTold() throws Exception {
    Path keys = Files.writeString(data.resolve("keys.json"), KEY);
    write(keys);
    try (FileChannel lock = locked()) {
      Run run = token("--as", "ann", "--for", "15m");
      assertThat(run.err()).isEmpty();
      assertThat(run.code()).isZero();
      JWTClaimsSet claims = SignedJWT.parse(run.out().strip()).getJWTClaimsSet();
      assertThat(claims.getSubject()).isEqualTo("ann");
      Instant issued = claims.getIssueTime().toInstant();
      assertThat(claims.getExpirationTime().toInstant())
          .isEqualTo(issued.plus(Duration.ofMinutes(15)));
      assertThat(lock.isOpen()).isTrue();
    }
  }

  @Test
  void isRefusedWithoutAKeyAndWithoutAnInstallation() throws IOException {
    assertThat(token("--as", "ann").code()).isEqualTo(ExitCodes.UNREACHABLE);
    write(data.resolve("absent.json"));
    try (FileChannel lock = locked()) {
      assertThat(token("--as", "ann").code()).isEqualTo(ExitCodes.REFUSED);
      assertThat(lock.isOpen()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "-1h", "12", "h", "1w"})
  void aDurationIsANumberAndAUnit(String lifetime) {
    Run run = token("--as", "ann", "--for", lifetime);
    assertThat(run.code()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.err()).contains("--for").contains(lifetime);
  }

  private Run token(String... more) {
    List<String> line = new ArrayList<>(List.of("token", "--data", data.toString()));
    line.addAll(List.of(more));
    return Run.carillon(line.toArray(String[]::new));
  }

  private void write(Path keys) throws IOException {
    new Installation(
            42, "0.1.0", "2026-01-02T03:04:05Z", List.of(), List.of(), List.of(), keys.toString())
        .write(data);
  }

  /// The lock of a supervisor that runs.
  private FileChannel locked() throws IOException {
    FileChannel lock =
        FileChannel.open(
            new InstallationFolder(data).lock(),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    lock.write(ByteBuffer.wrap("42".getBytes(StandardCharsets.UTF_8)));
    lock.lock();
    return lock;
  }
}
