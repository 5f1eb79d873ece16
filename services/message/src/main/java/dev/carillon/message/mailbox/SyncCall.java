package dev.carillon.message.mailbox;

import dev.carillon.runtime.errors.Refusal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// One page that somebody waits for.
///
/// @param device whose page
/// @param start where it begins
/// @param size how much it may hold
/// @param page is told the page, or why there is none
record SyncCall(Device device, SyncStart start, PageSize size, CompletableFuture<SyncPage> page) {
  SyncCall(Device device, SyncStart start, PageSize size) {
    this(device, start, size, new CompletableFuture<>());
  }

  /// Waits for the page.
  ///
  /// @throws Refusal why there is none
  SyncPage await() {
    try {
      return page.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }
}
