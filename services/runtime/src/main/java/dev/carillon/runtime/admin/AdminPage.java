package dev.carillon.runtime.admin;

import com.google.gson.JsonElement;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/// What one path of the admin port answers.
///
/// Threads: a virtual one for each request, so it may block.
@FunctionalInterface
public interface AdminPage {
  /// The answer to a request, whose body may be read and whose method the page judges itself.
  Answer answer(HttpExchange exchange) throws IOException;

  /// The answer to one request.
  ///
  /// @param status the HTTP status
  /// @param type the content type of the body
  record Answer(int status, String type, String body) {
    /// An answer for people.
    public static Answer text(int status, String text) {
      return new Answer(status, "text/plain; charset=utf-8", text);
    }

    /// An answer for machines.
    public static Answer json(int status, JsonElement json) {
      return new Answer(status, "application/json", json + "\n");
    }

    /// The answer to a method other than the `expected` ones.
    public static Answer notAllowed(String expected) {
      return text(405, "method not allowed (expected: " + expected + ")\n");
    }
  }
}
