package dev.carillon.client;

/// The application's side of a client.
///
/// Calls of one client come one at a time, on a virtual thread of the client, and may block:
/// messages then wait, heartbeats do not.
public interface MessageListener {
  /// Hands over one message. Per conversation messages come in seq order without gaps, each once
  /// per cursor store, and a message is acknowledged only after this returned. When it throws, the
  /// same message is handed over again after a pause, and later ones wait for it.
  void onMessage(Message message);

  /// The connection changed its state.
  default void onState(ConnectionState state) {}

  /// Something went wrong that no future reports: a listener or cursor store that threw, a sync
  /// that has to be repeated. The client goes on by itself.
  default void onError(Throwable error) {}
}
