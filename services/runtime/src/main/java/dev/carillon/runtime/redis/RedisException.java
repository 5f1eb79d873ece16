package dev.carillon.runtime.redis;

import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import org.jspecify.annotations.Nullable;

/// A failure of Redis: it is away, for which callers degrade, or it refused a command, which is a
/// bug.
public final class RedisException extends Refusal {
  private static final long serialVersionUID = 1L;

  private RedisException(RuntimeReason reason, String message, @Nullable Throwable cause) {
    super(reason, message, cause);
  }

  static RedisException away(String message, @Nullable Throwable cause) {
    return new RedisException(RuntimeReason.REDIS_UNAVAILABLE, message, cause);
  }

  static RedisException fault(Throwable cause) {
    return new RedisException(
        RuntimeReason.REDIS_FAULT, "Redis refused: " + cause.getMessage(), cause);
  }
}
