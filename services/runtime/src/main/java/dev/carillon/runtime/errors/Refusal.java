package dev.carillon.runtime.errors;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A request is refused for a stable reason that its caller can act on.
///
/// The message is for people and may name ids and limits, never message text. Metadata is for
/// programs: a few short strings that travel beside the reason, such as the owner of a moved slot.
/// A refusal is an expected answer and not a bug, so it carries no stack trace unless it has a
/// cause.
public class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Reason reason;
  private final String text;
  private final transient Map<String, String> metadata;
  private final transient @Nullable Duration retryAfter;

  /// A refusal with nothing beside its reason.
  public Refusal(Reason reason, String message) {
    this(reason, message, Map.of(), null, null);
  }

  /// A refusal with metadata for programs.
  public Refusal(Reason reason, String message, Map<String, String> metadata) {
    this(reason, message, metadata, null, null);
  }

  /// A refusal brought about by `cause`, which is for the log and never leaves the process.
  public Refusal(Reason reason, String message, @Nullable Throwable cause) {
    this(reason, message, Map.of(), null, cause);
  }

  /// A refusal with everything; `retryAfter` is how long to wait before trying again.
  public Refusal(
      Reason reason,
      String message,
      Map<String, String> metadata,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(message, cause, true, cause != null);
    this.reason = reason;
    this.text = message;
    this.metadata = Map.copyOf(metadata);
    this.retryAfter = retryAfter;
  }

  /// Why.
  public final Reason reason() {
    return reason;
  }

  /// Short strings for programs; never null, immutable.
  public final Map<String, String> metadata() {
    return metadata;
  }

  /// How long to wait before trying again, if known.
  public final Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /// Whether this refusal is for `other`; reasons are compared by name, as the wire carries names.
  public final boolean is(Reason other) {
    return reason.name().equals(other.name());
  }

  /// Whether the very same request may succeed later.
  public final boolean retryable() {
    return retryAfter != null || reason.kind().retryable();
  }

  /// The same refusal with advice on when to try again.
  public final Refusal retryAfter(Duration delay) {
    return new Refusal(reason, text, metadata, delay, getCause());
  }

  /// What the refusal says to people, without the reason.
  public final String text() {
    return text;
  }

  /// The reason and the text.
  @Override
  public final String getMessage() {
    return reason.name() + ": " + text;
  }
}
