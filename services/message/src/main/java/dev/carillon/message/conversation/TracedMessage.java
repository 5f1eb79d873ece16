package dev.carillon.message.conversation;

/// A message just stored, with the trace it belongs to.
///
/// @param traceparent the W3C traceparent of the sender's span, empty when it is not traced
public record TracedMessage(StoredMessage message, String traceparent) {}
