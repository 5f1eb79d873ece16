package dev.carillon.client.transport;

import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.ServerFrame;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// The port to one connection that carries frames. Methods may be called from any thread and never
/// block.
public interface Transport {
  /// Sends a frame after those sent before. A frame that cannot be sent any more is dropped;
  /// [Listener#closed] reports it.
  void send(ClientFrame frame);

  /// Ends the connection; [Listener#closed] follows.
  void close();

  /// The receiver of a connection's events. Calls come one at a time, in order, on a thread that
  /// must not be blocked.
  interface Listener {
    /// The connection is open; frames may be sent.
    void opened(Transport transport);

    /// A frame has arrived.
    void received(ServerFrame frame);

    /// The connection is gone, or never came about; called exactly once, last.
    ///
    /// @param cause what broke it; null when it was closed in order
    void closed(@Nullable Throwable cause);
  }

  /// Makes connections.
  interface Factory {
    /// Begins to connect; the listener reports what becomes of it.
    void connect(URI endpoint, Listener listener);
  }
}
