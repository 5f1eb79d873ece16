package dev.carillon.runtime.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/// A Lua script, called by its hash and sent only to a server that does not have it.
///
/// A script blocks the whole server while it runs, so it must bound how many keys it touches.
///
/// @param source the Lua text
/// @param sha1 the name the server knows it by
public record Script(String source, String sha1) {
  /// The script `source`.
  public static Script of(String source) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(source.getBytes(UTF_8));
      return new Script(source, HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  /// The script in the resource `name`, as seen from `owner`.
  public static Script resource(Class<?> owner, String name) {
    try (@Nullable InputStream in = owner.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException(name + ": no such resource of " + owner.getName());
      }
      return of(new String(in.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }
}
