package dev.carillon.check.report;

import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event;
import dev.carillon.check.history.History;
import dev.carillon.check.history.Send;
import dev.carillon.wire.Transport;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// How much of what happened in a run.
///
/// @param sent different messages
/// @param attempts to send them
/// @param acknowledged messages
/// @param refused messages refused for good
/// @param unknown messages with an unknown outcome
/// @param devices that took part
/// @param handed messages handed to devices, each device's counted
/// @param delivered deliveries seen on the wire
/// @param reads of history
/// @param syncs after which a device was complete
/// @param connects sign-ins
/// @param disconnects connections lost or left
/// @param webSocket what part of it was by WebSocket
/// @param grpc what part of it was by gRPC streams
public record Counts(
    long sent,
    long attempts,
    long acknowledged,
    long refused,
    long unknown,
    long devices,
    long handed,
    long delivered,
    long reads,
    long syncs,
    long connects,
    long disconnects,
    Part webSocket,
    Part grpc) {
  /// What the devices did that one transport served.
  ///
  /// @param devices that signed in by it
  /// @param connects their sign-ins
  /// @param acknowledged acknowledgements they got
  public record Part(long devices, long connects, long acknowledged) {
    private static Part of(History history, Transport transport) {
      List<Device> signIns =
          history
              .events(Event.Connected.class)
              .filter(event -> event.transport() == transport)
              .map(Event.Connected::device)
              .toList();
      Set<Device> devices = Set.copyOf(signIns);
      return new Part(
          devices.size(),
          signIns.size(),
          history
              .events(Event.Stored.class)
              .filter(event -> devices.contains(event.device()))
              .count());
    }
  }

  /// The counts of a history.
  public static Counts of(History history) {
    Collection<Send> sends = history.sends();
    long acknowledged = sends.stream().filter(send -> send.stored().isPresent()).count();
    long refused = sends.stream().filter(Send::refused).count();
    return new Counts(
        sends.size(),
        sends.stream().mapToLong(send -> send.attempts().size()).sum(),
        acknowledged,
        refused,
        sends.size() - acknowledged - refused,
        history.devices().size(),
        history.events(Event.Handed.class).count(),
        history.events(Event.Delivered.class).count(),
        history.events(Event.HistoryRead.class).count(),
        history.events(Event.Complete.class).count(),
        history.events(Event.Connected.class).count(),
        history.events(Event.Disconnected.class).count(),
        Part.of(history, Transport.WEB_SOCKET),
        Part.of(history, Transport.GRPC));
  }
}
