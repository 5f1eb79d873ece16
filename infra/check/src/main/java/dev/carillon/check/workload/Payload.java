package dev.carillon.check.workload;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The text of a message of the load: its sender, its number, when it was due and what its sender
/// had read, so that a message can be judged wherever it is found.
///
/// @param device the sender
/// @param counter the device's own count
/// @param intendedAt when it was due
/// @param readSeq the newest message that the device had been handed
/// @param padding to make it longer
record Payload(String device, long counter, long intendedAt, long readSeq, int padding) {
  String text() {
    return "%s #%d due %d read %d %s"
        .formatted(device, counter, intendedAt, readSeq, "x".repeat(padding));
  }

  /// The hash by which bodies are compared.
  static long hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(digest).getLong();
    } catch (NoSuchAlgorithmException everyJvmHasIt) {
      throw new IllegalStateException(everyJvmHasIt);
    }
  }
}
