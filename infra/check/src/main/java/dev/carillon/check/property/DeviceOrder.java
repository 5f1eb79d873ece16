package dev.carillon.check.property;

import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.History;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/// Per conversation a device is handed messages in the order of their numbers, and so they come on
/// one connection: what is new to the device is newer than all that came before. What a device
/// holds already may come again at any time, as it does after a fan-out that was interrupted.
final class DeviceOrder {
  /// One conversation on one connection; connection 0 stands for what the application is handed.
  private record ReceivedStream(Device device, long connection, String conversation) {}

  private DeviceOrder() {}

  static void check(History history, Findings findings) {
    Map<ReceivedStream, NavigableMap<Long, Event>> streams = new HashMap<>();
    for (Event event : history.events()) {
      if (event instanceof Event.Handed handed) {
        check(event, application(event.device(), handed.fact()), handed.fact(), streams, findings);
      } else if (event instanceof Event.Delivered delivered && !holds(delivered, streams)) {
        ReceivedStream wire =
            new ReceivedStream(
                event.device(), delivered.connection(), delivered.fact().conversation());
        check(event, wire, delivered.fact(), streams, findings);
      }
    }
  }

  private static ReceivedStream application(Device device, Fact fact) {
    return new ReceivedStream(device, 0, fact.conversation());
  }

  private static boolean holds(
      Event.Delivered delivered, Map<ReceivedStream, NavigableMap<Long, Event>> streams) {
    NavigableMap<Long, Event> handed =
        streams.get(application(delivered.device(), delivered.fact()));
    return handed != null && handed.lastKey() >= delivered.fact().seq();
  }

  private static void check(
      Event event,
      ReceivedStream stream,
      Fact fact,
      Map<ReceivedStream, NavigableMap<Long, Event>> streams,
      Findings findings) {
    NavigableMap<Long, Event> came = streams.computeIfAbsent(stream, absent -> new TreeMap<>());
    if (came.putIfAbsent(fact.seq(), event) != null || came.lastKey() == fact.seq()) {
      return;
    }
    Event newer = came.lastEntry().getValue();
    findings.add(
        "%s got %s%s after seq %d (expected: before it)"
            .formatted(
                event.device(),
                fact,
                stream.connection() == 0 ? "" : " on the wire",
                came.lastKey()),
        () -> List.of(newer, event));
  }
}
