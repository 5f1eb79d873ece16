package dev.carillon.check.property;

import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event.Complete;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.Hex;
import dev.carillon.check.history.History;
import dev.carillon.check.history.History.DeviceConversation;
import dev.carillon.check.history.Memberships.Member;
import dev.carillon.check.history.Send;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Once the faults are over and all have come to rest, every device of every member, present or
/// former, holds every message that its user may read, and every member can read it.
final class DeliveredEverywhere {
  private DeliveredEverywhere() {}

  static void check(History history, Findings findings) {
    Map<String, Map<Long, Fact>> there = new LastReads(history).found();
    checkReadable(history, there, findings);
    for (Device device : history.devices()) {
      there.forEach((conversation, facts) -> {
        Set<Long> has =
            history
                .handed()
                .getOrDefault(new DeviceConversation(device, conversation), List.of())
                .stream()
                .map(handed -> handed.fact().seq())
                .collect(Collectors.toSet());
        facts.values().stream()
            .filter(fact -> !has.contains(fact.seq()) && isFor(device.user(), fact, history))
            .forEach(fact -> missing(device, fact, history, findings));
      });
    }
  }

  private static boolean isFor(String user, Fact fact, History history) {
    return history.memberships().seesAtTheEnd(fact.conversation(), user, fact.seq());
  }

  /// A conversation in which something was acknowledged and that no user could read is no success.
  private static void checkReadable(
      History history, Map<String, Map<Long, Fact>> there, Findings findings) {
    Set<String> told = new HashSet<>();
    Acknowledged.of(history)
        .filter(sent -> !there.containsKey(sent.send().conversation()))
        .filter(sent -> told.add(sent.send().conversation()))
        .forEach(sent ->
            findings.add(
                "nobody could read %s at the end, in which messages were acknowledged"
                    .formatted(Hex.head(sent.send().conversation())),
                sent::events));
    Set<Member> read = new HashSet<>();
    history
        .lastReads()
        .keySet()
        .forEach(reader -> read.add(new Member(reader.conversation(), reader.device().user())));
    history.devices().stream()
        .map(Device::user)
        .distinct()
        .flatMap(user -> there.keySet().stream().map(id -> new Member(id, user)))
        .filter(reader -> !read.contains(reader))
        .filter(reader -> history.memberships().everMember(reader.conversation(), reader.user()))
        .forEach(reader ->
            findings.add(
                "%s could not read %s at the end"
                    .formatted(reader.user(), Hex.head(reader.conversation()))));
  }

  private static void missing(Device device, Fact fact, History history, Findings findings) {
    findings.add(
        device + " was never handed " + fact + ", which is in history (expected: handed)",
        () -> {
          Send send = history.send(fact);
          return send == null ? List.of() : send.events();
        },
        () ->
            history
                .events(Complete.class)
                .filter(complete -> complete.device().equals(device))
                .reduce((_, last) -> last)
                .stream()
                .toList());
  }
}
