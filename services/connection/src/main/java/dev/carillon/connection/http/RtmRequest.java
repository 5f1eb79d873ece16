package dev.carillon.connection.http;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// The JSON object of a request: flat, and all its values text.
///
/// What could be read in two ways is refused, so that nothing is stored that the client did not
/// write: bytes that are not UTF-8, half of a surrogate pair, a name that occurs twice.
final class RtmRequest {
  private RtmRequest() {}

  /// Reads an object of these fields: the texts of those that are there and not null.
  ///
  /// @throws RequestException when it is anything else
  static Map<String, String> parse(byte[] body, Set<String> fields) {
    try (JsonReader json = new JsonReader(new StringReader(decode(body)))) {
      json.setStrictness(Strictness.STRICT);
      if (json.peek() != JsonToken.BEGIN_OBJECT) {
        throw new RequestException("body: no JSON object (expected: one)");
      }
      Map<String, String> request = values(json, fields);
      if (json.peek() != JsonToken.END_DOCUMENT) {
        throw new RequestException("body: more than a JSON object (expected: one)");
      }
      return request;
    } catch (MalformedJsonException | EOFException malformed) {
      throw new RequestException("body: not JSON (expected: a JSON object)");
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
  }

  private static String decode(byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException malformed) {
      throw new RequestException("body: not UTF-8 (expected: a JSON object in UTF-8)");
    }
  }

  private static Map<String, String> values(JsonReader json, Set<String> fields)
      throws IOException {
    Map<String, String> values = new HashMap<>();
    Set<String> seen = new HashSet<>();
    json.beginObject();
    while (json.hasNext()) {
      String name = json.nextName();
      if (!fields.contains(name)) {
        throw RequestException.unknown(name, fields);
      }
      if (!seen.add(name)) {
        throw new RequestException(name + ": given more than once (expected: once)");
      }
      switch (json.peek()) {
        case NULL -> json.nextNull();
        case STRING -> values.put(name, whole(name, json.nextString()));
        default -> throw new RequestException(name + ": no text (expected: a JSON string)");
      }
    }
    json.endObject();
    return values;
  }

  /// UTF-8 cannot encode half of a surrogate pair; an encoder would write a question mark for it.
  private static String whole(String name, String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new RequestException(
          name + ": half of a surrogate pair (expected: text of whole characters)");
    }
    return text;
  }
}
