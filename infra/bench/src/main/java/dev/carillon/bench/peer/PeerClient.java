package dev.carillon.bench.peer;

import dev.carillon.wire.LoopConnection;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One client of a peer: signs in step by step, then looks for the texts of messages and for
/// nothing else, so that it is as cheap as a device of ours.
abstract class PeerClient implements LoopConnection.Handler {
  final int index;
  final Events events;
  private volatile @Nullable LoopConnection connection;

  /// The receiver of what clients see; always called by the loop's thread.
  interface Events {
    /// A client is signed in, and in its group if there is one.
    void ready(int client, long now);

    /// The connection of a client has ended, or it was refused.
    void gone(int client, String why);

    /// A client was handed a text.
    ///
    /// @param number the message's in its conversation; 0: the peer gives none
    void received(int client, String text, long number, long now);

    /// A message is stored.
    ///
    /// @param number its number in its conversation
    void acknowledged(String id, long number, long now);

    /// A message is refused for good.
    void refused(String id, String why);
  }

  /// A protocol that a peer speaks.
  @FunctionalInterface
  interface Protocol {
    /// A client that is not connected.
    ///
    /// @param group the number of the conversation that all clients are in; 0: they are two by two,
    ///   the client 2n with 2n + 1
    PeerClient client(int index, int group, Events events);

    /// Whether a sender gets an acknowledgement, and its own message in a pair too.
    default boolean acknowledges() {
      return false;
    }
  }

  PeerClient(int index, Events events) {
    this.index = index;
    this.events = events;
  }

  /// The connection is open.
  abstract void opened();

  /// Sends a message to the client's conversation.
  ///
  /// @param id its name among all that are sent
  abstract void post(String id, String text);

  final void send(byte[] bytes) {
    LoopConnection open = connection;
    if (open != null) {
      open.send(bytes);
    }
  }

  final void close() {
    LoopConnection open = connection;
    if (open != null) {
      open.close();
    }
  }

  @Override
  public final void connected(LoopConnection opened) {
    // From here on, and not when whoever opened it hears of it: the answer may be quicker.
    connection = opened;
    opened();
  }

  @Override
  public final void closed(String why) {
    events.gone(index, why);
  }

  /// Where bytes stand in others; -1: nowhere.
  static int indexOf(byte[] array, int from, int end, byte[] what) {
    for (int i = from; i <= end - what.length; i++) {
      if (array[i] == what[0] && Arrays.equals(array, i, i + what.length, what, 0, what.length)) {
        return i;
      }
    }
    return -1;
  }
}
