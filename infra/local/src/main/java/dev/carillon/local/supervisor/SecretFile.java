package dev.carillon.local.supervisor;

import dev.carillon.installation.InstallationFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/// A secret of an installation: random, made at the first start, in a file that only its owner can
/// read.
enum SecretFile {
  /// The password of the services' account in MariaDB.
  MARIADB_PASSWORD("mariadb-password", "%s"),
  /// The password of Redis.
  REDIS_PASSWORD("redis-password", "%s"),
  /// The key of the resume tickets.
  TICKET_KEY("ticket-key", "%s"),
  /// The JWK set with the key that signs tokens.
  TOKEN_KEYS(
      "token-keys.json",
      """
      {"keys":[{"kty":"oct","kid":"local","alg":"HS256","use":"sig","k":"%s"}]}
      """);

  private static final int BYTES = 32;

  private final String name;
  private final String format;

  SecretFile(String name, String format) {
    this.name = name;
    this.format = format;
  }

  /// Makes those that are missing in a folder, which must exist. Each is complete or not there: a
  /// start that is interrupted here leaves no half secret behind.
  static void make(InstallationFolder folder) throws IOException {
    for (SecretFile secret : values()) {
      if (Files.exists(secret.in(folder))) {
        continue;
      }
      byte[] random = new byte[BYTES];
      new SecureRandom().nextBytes(random);
      String text = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
      Path unfinished =
          Files.createTempFile(
              folder.secrets(),
              "new",
              ".tmp",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(unfinished, secret.format.formatted(text));
      Files.move(unfinished, secret.in(folder), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /// Where it is.
  Path in(InstallationFolder folder) {
    return folder.secrets().resolve(name);
  }

  /// Its text.
  String read(InstallationFolder folder) throws IOException {
    return Files.readString(in(folder)).strip();
  }
}
