package dev.carillon.message.mailbox;

/// A stretch of one mailbox's changes.
///
/// @param userId whose mailbox
/// @param afterVersion only changes above this version
/// @param upToVersion only changes up to and including this version
/// @param limit how many at most, the oldest first; at least 1
public record MailboxRange(String userId, long afterVersion, long upToVersion, int limit) {}
