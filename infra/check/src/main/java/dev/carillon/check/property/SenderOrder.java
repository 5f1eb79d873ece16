package dev.carillon.check.property;

import dev.carillon.check.history.History;
import dev.carillon.check.history.History.DeviceConversation;
import java.util.stream.Collectors;

/// What a device sends after an acknowledgement has a greater number than what was acknowledged.
final class SenderOrder {
  private SenderOrder() {}

  static void check(History history, Findings findings) {
    Acknowledged.of(history)
        .collect(
            Collectors.groupingBy(sent ->
                new DeviceConversation(sent.send().first().device(), sent.send().conversation())))
        .values()
        .forEach(sends ->
            Acknowledged.overtaken(
                sends,
                (earlier, later) ->
                    findings.add(
                        "%s was stored as seq %d, though %s had been acknowledged as seq %d before"
                            .formatted(later.send(), later.seq(), earlier.send(), earlier.seq()),
                        earlier::events,
                        later::events)));
  }
}
