package dev.carillon.message.mailbox;

import java.util.OptionalLong;

/// Where a page of a sync begins.
sealed interface SyncStart permits SyncStart.Begin, PageToken {
  /// The first page.
  ///
  /// @param afterVersion the version up to which the device says to be complete; empty: up to where
  ///   it acknowledged last
  record Begin(OptionalLong afterVersion) implements SyncStart {}
}
