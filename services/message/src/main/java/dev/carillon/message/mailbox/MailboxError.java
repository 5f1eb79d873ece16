package dev.carillon.message.mailbox;

import dev.carillon.runtime.errors.Kind;
import dev.carillon.runtime.errors.Reason;

/// Every reason of its own for which a mailbox refuses.
public enum MailboxError implements Reason {
  /// The page token was not given by this service to this device, or is of another installation.
  PAGE_TOKEN_INVALID(Kind.INVALID);

  private final Kind kind;

  MailboxError(Kind kind) {
    this.kind = kind;
  }

  @Override
  public Kind kind() {
    return kind;
  }
}
