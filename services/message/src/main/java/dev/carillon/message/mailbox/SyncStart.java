package dev.carillon.message.mailbox;

import java.util.OptionalLong;

/// Where a page of a sync begins.
sealed interface SyncStart {
  /// The first page.
  ///
  /// @param afterVersion the version up to which the device says to be complete; empty: up to where
  ///   it acknowledged last
  record First(OptionalLong afterVersion) implements SyncStart {}

  /// A later page, which acknowledges the page before it.
  ///
  /// @param token came with the page before
  record Next(PageToken token) implements SyncStart {}
}
