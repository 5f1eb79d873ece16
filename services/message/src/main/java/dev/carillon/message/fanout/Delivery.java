package dev.carillon.message.fanout;

import dev.carillon.message.conversation.StoredMessage;
import java.util.List;

/// One message and the users of one gateway who are to have it.
///
/// @param message the message
/// @param userIds who is to have it, at least one
/// @param slot the conversation's slot
/// @param epoch the epoch in which this instance owns the slot
/// @param traceparent the W3C traceparent of the sender's span; empty: not traced
public record Delivery(
    StoredMessage message, List<String> userIds, int slot, long epoch, String traceparent) {}
