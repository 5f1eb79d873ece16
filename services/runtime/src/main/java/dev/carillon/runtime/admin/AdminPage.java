package dev.carillon.runtime.admin;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;

/// What one path of the admin port answers.
///
/// Threads: a virtual one for each request, so it may block.
@FunctionalInterface
public interface AdminPage {
  /// The answer to a request, whose body may be read and whose method and path the page judges
  /// itself: it also gets the paths below its own.
  AdminAnswer answer(HttpExchange exchange) throws IOException;
}
