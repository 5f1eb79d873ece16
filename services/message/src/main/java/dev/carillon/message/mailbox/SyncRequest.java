package dev.carillon.message.mailbox;

import java.util.OptionalLong;

/// A device's request for one page of its mailbox.
///
/// @param device whose page
/// @param start where the page begins
/// @param threads how many threads it may hold, at least 1
/// @param messagesPerThread how many of its newest messages come with a thread, at least 0
public record SyncRequest(Device device, Start start, int threads, int messagesPerThread) {
  /// Where a page of a sync begins.
  public sealed interface Start {}

  /// The first page.
  ///
  /// @param afterVersion the version up to which the device says to be complete; empty: up to where
  ///   it acknowledged last
  public record First(OptionalLong afterVersion) implements Start {}

  /// A later page, which acknowledges the page before it.
  ///
  /// @param token came with the page before
  public record Later(PageToken token) implements Start {}
}
