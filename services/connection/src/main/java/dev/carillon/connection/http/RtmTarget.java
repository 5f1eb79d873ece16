package dev.carillon.connection.http;

import com.google.protobuf.ByteString;
import dev.carillon.runtime.identity.ConversationIds;
import dev.carillon.runtime.identity.UserIds;
import org.jspecify.annotations.Nullable;

/// The conversation that a request is about.
///
/// @param conversationId its 16 bytes
/// @param peer the other person of a direct conversation; empty for a group
record RtmTarget(ByteString conversationId, String peer) {
  private static final int HEX_DIGITS = 2 * ConversationIds.LENGTH;

  /// What `targetID` (a person) or `groupID` (a conversation id in hex) name; null when both are
  /// absent. `sourceID` may be absent too.
  static @Nullable RtmTarget of(
      String userId,
      @Nullable String sourceId,
      @Nullable String targetId,
      @Nullable String groupId) {
    if (sourceId != null && !sourceId.equals(userId)) {
      throw new RequestException(
          "sourceID: " + sourceId + " (expected: " + userId + ", who signed)");
    }
    if (targetId != null && groupId != null) {
      throw new RequestException("targetID and groupID: both given (expected: one of them)");
    }
    if (targetId != null) {
      if (!UserIds.isValid(targetId)) {
        throw new RequestException(
            "targetID: " + targetId.length() + " characters (expected: a user id, 1 to 64 bytes)");
      }
      return new RtmTarget(ByteString.copyFrom(ConversationIds.direct(userId, targetId)), targetId);
    }
    return groupId == null ? null : new RtmTarget(bytes("groupID", groupId), "");
  }

  /// The 16 bytes that 32 hex digits name.
  static ByteString bytes(String field, String hex) {
    try {
      if (hex.length() == HEX_DIGITS) {
        return ByteString.fromHex(hex);
      }
    } catch (IllegalArgumentException notHex) {
      throw new RequestException(field + ": " + hex + " (expected: 32 hex digits)");
    }
    throw new RequestException(
        field + ": " + hex.length() + " characters (expected: 32 hex digits)");
  }
}
