package dev.carillon.local.supervisor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/// The secrets of one installation: random ones, made at the first start, each in a file that only
/// its owner can read.
final class Secrets {
  private static final int BYTES = 32;

  private final Path folder;

  private Secrets(Path folder) {
    this.folder = folder;
  }

  /// Makes what is missing in `folder`, which must exist.
  static Secrets in(Path folder) throws IOException {
    Secrets secrets = new Secrets(folder);
    secrets.make(secrets.mariaDbPassword(), random());
    secrets.make(secrets.redisPassword(), random());
    secrets.make(secrets.ticketKey(), random());
    secrets.make(
        secrets.tokenKeys(),
        """
        {"keys":[{"kty":"oct","kid":"local","alg":"HS256","use":"sig","k":"%s"}]}
        """
            .formatted(random()));
    return secrets;
  }

  /// The password of the services' account in MariaDB.
  Path mariaDbPassword() {
    return folder.resolve("mariadb-password");
  }

  /// The password of Redis.
  Path redisPassword() {
    return folder.resolve("redis-password");
  }

  /// The key of the resume tickets.
  Path ticketKey() {
    return folder.resolve("ticket-key");
  }

  /// The JWK set with the key that signs tokens.
  Path tokenKeys() {
    return folder.resolve("token-keys.json");
  }

  /// The text of one of the files.
  static String read(Path secret) throws IOException {
    return Files.readString(secret).strip();
  }

  /// Complete or not at all: a start that is interrupted here leaves no half secret behind.
  private void make(Path file, String text) throws IOException {
    if (Files.exists(file)) {
      return;
    }
    Path unfinished =
        Files.createTempFile(
            folder,
            "new",
            ".tmp",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.write(unfinished, text.getBytes(UTF_8));
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String random() {
    byte[] bytes = new byte[BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
