package dev.carillon.connection.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import dev.carillon.connection.transport.HttpExchange;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Message;
import dev.carillon.type.v1.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;

/// The answers of `rtm.send` and `rtm.receive`: JSON with the names that the command line uses, and
/// the HTTP status of each refusal.
///
/// Written by hand: protobuf's `JsonFormat` would write ids as Base64 and 64-bit numbers as
/// strings, where this API has hex digits and numbers.
final class RtmAnswers {
  static final int METHOD_NOT_ALLOWED = 405;
  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int UNAVAILABLE = 503;
  private static final String JSON = "application/json";
  private static final Map<String, Integer> STATUSES =
      Map.ofEntries(
          Map.entry("TOKEN_INVALID", 401),
          Map.entry("TOKEN_EXPIRED", 401),
          Map.entry("NOT_A_MEMBER", 403),
          Map.entry("NOT_THE_OWNER", 403),
          Map.entry("TARGET_NOT_ALLOWED", 403),
          Map.entry("CONVERSATION_UNKNOWN", 404),
          Map.entry("TARGET_UNKNOWN", 404),
          Map.entry("CLIENT_ID_REUSED", 409),
          Map.entry("BODY_TOO_LARGE", 413),
          Map.entry("OVERLOADED", 429),
          Map.entry("TOO_MANY_REQUESTS", 429),
          Map.entry("UNEXPECTED", 500),
          Map.entry("TIMEOUT", 504));

  private RtmAnswers() {}

  static void ok(HttpExchange exchange, JsonObject answer) {
    respond(exchange, OK, answer);
  }

  static void refuse(HttpExchange exchange, Refusal refusal) {
    int otherwise = refusal.getRetryable() ? UNAVAILABLE : BAD_REQUEST;
    refuse(exchange, STATUSES.getOrDefault(refusal.getReason(), otherwise), refusal);
  }

  static void refuse(HttpExchange exchange, int status, Refusal refusal) {
    JsonObject answer = new JsonObject();
    answer.addProperty("reason", refusal.getReason());
    answer.addProperty("message", refusal.getMessage());
    answer.addProperty("retryable", refusal.getRetryable());
    respond(exchange, status, answer);
  }

  static String hex(ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  static JsonObject json(Message message) {
    JsonObject json = new JsonObject();
    json.addProperty("conversation_id", hex(message.getConversationId()));
    json.addProperty("seq", message.getSeq());
    json.addProperty("prev_seq", message.getPrevSeq());
    json.addProperty("sender", message.getSender());
    json.addProperty("client_message_id", hex(message.getClientMessageId()));
    if (message.hasRecalledBySeq()) {
      json.addProperty("kind", "recalled");
      json.addProperty("recall_seq", message.getRecalledBySeq());
    } else {
      content(json, message.getBody());
    }
    json.addProperty(
        "stored_at",
        Instant.ofEpochSecond(message.getStoredAt().getSeconds(), message.getStoredAt().getNanos())
            .toString());
    return json;
  }

  private static void content(JsonObject json, Body body) {
    switch (body.getContentCase()) {
      case TEXT -> json.addProperty("text", body.getText().getText());
      case BINARY -> {
        json.addProperty("kind", "binary");
        json.addProperty("mediaType", body.getBinary().getMediaType());
        json.addProperty("encodedMedia", base64(body.getBinary().getData()));
      }
      case CUSTOM -> {
        json.addProperty("kind", "custom");
        json.addProperty("type", body.getCustom().getType());
        json.addProperty("data", base64(body.getCustom().getData()));
      }
      case MEDIA -> {
        json.addProperty("kind", "media");
        json.addProperty("mediaID", body.getMedia().getMediaId());
        json.addProperty("mediaType", body.getMedia().getMediaType());
        json.addProperty("size", body.getMedia().getSize());
        json.addProperty("caption", body.getMedia().getCaption());
      }
      case EDIT -> {
        json.addProperty("kind", "edit");
        json.addProperty("target_seq", body.getEdit().getTargetSeq());
        JsonObject changed = new JsonObject();
        content(changed, body.getEdit().getBody());
        json.add("content", changed);
      }
      case RECALL -> {
        json.addProperty("kind", "recall");
        json.addProperty("target_seq", body.getRecall().getTargetSeq());
      }
      case REACTION -> {
        json.addProperty("kind", "reaction");
        json.addProperty("target_seq", body.getReaction().getTargetSeq());
        json.addProperty("reaction", body.getReaction().getReaction());
        json.addProperty("removed", body.getReaction().getRemoved());
      }
      case MEMBERSHIP -> {
        json.addProperty("kind", "membership");
        json.add("added", array(body.getMembership().getAddedList()));
        json.add("removed", array(body.getMembership().getRemovedList()));
      }
      case CONTENT_NOT_SET -> json.addProperty("kind", "unknown");
    }
  }

  private static String base64(ByteString bytes) {
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static JsonArray array(Iterable<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }

  private static void respond(HttpExchange exchange, int status, JsonObject answer) {
    exchange.respond(status, JSON, (answer + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
