package dev.carillon.check.property;

import dev.carillon.check.history.Device;
import dev.carillon.check.history.History;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What a device sends after an acknowledgement has a greater number than what was acknowledged.
final class SenderOrder implements Property {
  /// What one device sends to one conversation.
  private record SenderConversation(Device device, String conversation) {}

  @Override
  public String name() {
    return "sender's own order";
  }

  @Override
  public String promise() {
    return "What a device sends after an acknowledgement comes after what was acknowledged.";
  }

  @Override
  public List<Violation> check(History history) {
    Findings findings = new Findings();
    Map<SenderConversation, List<Acknowledged>> sentBy =
        Acknowledged.of(history)
            .collect(
                Collectors.groupingBy(sent ->
                    new SenderConversation(
                        sent.send().first().device(), sent.send().conversation())));
    sentBy
        .values()
        .forEach(messages ->
            RealTime.wrong(messages)
                .forEach(pair ->
                    findings.add(
                        "%s was stored as seq %d, though %s had been acknowledged as seq %d before"
                            .formatted(
                                pair.later().send(),
                                pair.later().seq(),
                                pair.earlier().send(),
                                pair.earlier().seq()),
                        () -> Events.joined(pair.earlier().events(), pair.later().events()))));
    return findings.all();
  }
}
