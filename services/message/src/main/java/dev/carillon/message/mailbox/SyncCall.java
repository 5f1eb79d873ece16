package dev.carillon.message.mailbox;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One page that somebody waits for.
///
/// @param device whose page
/// @param start where it begins
/// @param size how much it may hold
/// @param page is told the page, or why there is none; null: it was not read
record SyncCall(
    Device device, SyncStart start, PageSize size, CompletableFuture<@Nullable SyncPage> page) {
  SyncCall(Device device, SyncStart start, PageSize size) {
    this(device, start, size, new CompletableFuture<>());
  }

  /// The same page, to be asked for once more.
  SyncCall again() {
    return new SyncCall(device, start, size);
  }

  /// Tells that it was not read: whoever waits for it is to read it alone. Does nothing when it was
  /// answered.
  void handBack() {
    page.complete(null);
  }
}
