package dev.carillon.connection.http;

import com.google.gson.JsonObject;
import com.google.protobuf.ByteString;
import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.session.SessionContext;
import dev.carillon.connection.transport.HttpExchange;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.type.v1.Binary;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Text;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Set;

/// `POST /api/v1/rtm.send`: appends one message and answers with its seq.
final class RtmSend {
  private static final Set<String> FIELDS =
      Set.of(
          "sourceID",
          "targetID",
          "groupID",
          "text",
          "encodedMedia",
          "mediaType",
          "clientMessageId");
  private static final int ID_LENGTH = 16;
  private static final int MAX_MEDIA_TYPE = 127;
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SessionContext context;

  RtmSend(SessionContext context) {
    this.context = context;
  }

  void handle(HttpExchange exchange, String userId) {
    AppendItem.Builder item = item(userId, RtmRequest.parse(exchange.body(), FIELDS));
    context.config().limits().checkBody(item.getBody());
    JsonObject answer = new JsonObject();
    answer.addProperty("conversation_id", RtmAnswers.hex(item.getConversationId()));
    String clientMessageId = RtmAnswers.hex(item.getClientMessageId());
    context
        .messages()
        .append(
            item,
            Answer.of(
                appended -> {
                  answer.addProperty("seq", appended.getSeq());
                  answer.addProperty("prev_seq", appended.getPrevSeq());
                  answer.addProperty("client_message_id", clientMessageId);
                  answer.addProperty("level", "STORED");
                  answer.addProperty("duplicate", appended.getDuplicate());
                  RtmAnswers.ok(exchange, answer);
                },
                refusal -> RtmAnswers.refuse(exchange, refusal)));
  }

  private static AppendItem.Builder item(String userId, Map<String, String> request) {
    RtmTarget target =
        RtmTarget.of(
            userId, request.get("sourceID"), request.get("targetID"), request.get("groupID"));
    if (target == null) {
      throw new RequestException("targetID or groupID: neither given (expected: one of them)");
    }
    String given = request.get("clientMessageId");
    return AppendItem.newBuilder()
        .setConversationId(target.conversationId())
        .setDirectPeer(target.peer())
        .setSender(userId)
        .setClientMessageId(given == null ? randomId() : RtmTarget.bytes("clientMessageId", given))
        // A client that gives the id may be sending the message again.
        .setResend(given != null)
        .setBody(body(request).toByteString());
  }

  private static Body body(Map<String, String> request) {
    String text = request.get("text");
    String media = request.get("encodedMedia");
    String mediaType = request.get("mediaType");
    if ((text == null) == (media == null)) {
      throw new RequestException("text and encodedMedia: both or neither (expected: one of them)");
    }
    if ((media == null) != (mediaType == null)) {
      throw new RequestException(
          "encodedMedia and mediaType: one without the other (expected: both or neither)");
    }
    if (media != null && mediaType != null) {
      return binary(media, mediaType);
    }
    if (String.valueOf(text).isEmpty()) {
      throw new RequestException("text: empty (expected: at least one character)");
    }
    return Body.newBuilder().setText(Text.newBuilder().setText(String.valueOf(text))).build();
  }

  private static Body binary(String media, String mediaType) {
    int size = mediaType.getBytes(StandardCharsets.UTF_8).length;
    if (size == 0 || size > MAX_MEDIA_TYPE) {
      throw new RequestException(
          "mediaType: " + size + " bytes (expected: 1 to " + MAX_MEDIA_TYPE + ")");
    }
    return Body.newBuilder()
        .setBinary(Binary.newBuilder().setMediaType(mediaType).setData(decoded(media)))
        .build();
  }

  private static ByteString decoded(String base64) {
    try {
      byte[] bytes = Base64.getDecoder().decode(base64);
      if (bytes.length > 0) {
        return ByteString.copyFrom(bytes);
      }
    } catch (IllegalArgumentException malformed) {
      throw new RequestException("encodedMedia: not Base64 (expected: Base64)");
    }
    throw new RequestException("encodedMedia: empty (expected: at least one byte)");
  }

  private static ByteString randomId() {
    byte[] id = new byte[ID_LENGTH];
    RANDOM.nextBytes(id);
    return ByteString.copyFrom(id);
  }
}
