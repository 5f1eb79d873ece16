package dev.carillon.runtime.admin;

import com.google.gson.JsonElement;

/// The answer to one request to the admin port.
///
/// @param status the HTTP status
/// @param type the content type of the body
public record AdminAnswer(int status, String type, String body) {
  private static final String TEXT = "text/plain; charset=utf-8";
  private static final String JSON = "application/json";

  /// An answer for people.
  public static AdminAnswer text(int status, String text) {
    return new AdminAnswer(status, TEXT, text);
  }

  /// An answer for machines.
  public static AdminAnswer json(int status, JsonElement json) {
    return new AdminAnswer(status, JSON, json + "\n");
  }
}
