package dev.carillon.check.history;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.collectingAndThen;
import static java.util.stream.Collectors.flatMapping;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static java.util.stream.Collectors.toMap;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Everything that happened in a run, and the views of it that the properties need. Immutable once
/// made; the views are made once.
///
/// @param conversations by their ids
/// @param devices the devices that have to be complete at the end
/// @param events every event, by time
/// @param sendsByKey every message that a device tried to send, in the order of the first attempts
/// @param firstSights every different fact that anybody ever saw, with the time of the first sight
/// @param changes every request to change a membership, in the order in which they began
/// @param memberships who belonged to which conversation when
/// @param handed what was handed over, by device and conversation
/// @param lastReads what each reader found when it read everything at the end, in the order
///   returned
public record History(
    Map<String, Conversation> conversations,
    Set<Device> devices,
    List<Event> events,
    Map<SendKey, Send> sendsByKey,
    Map<Fact, Long> firstSights,
    List<MembershipChange> changes,
    Memberships memberships,
    Map<DeviceConversation, List<Event.Handed>> handed,
    Map<DeviceConversation, List<Fact>> lastReads) {
  /// A message's identity by its sender.
  public record SendKey(String conversation, String sender, String id) {}

  /// One conversation at one device.
  public record DeviceConversation(Device device, String conversation) {}

  /// Orders the events by their stamps and makes the views.
  ///
  /// @param given events in any order; what has the same stamp keeps its order
  public static History of(
      Collection<Conversation> conversations, Collection<Device> devices, List<Event> given) {
    List<Event> events = given.stream().sorted(Comparator.comparingLong(Event::at)).toList();
    Map<Fact, Long> sights = new LinkedHashMap<>();
    events.forEach(event -> factsOf(event).forEach(fact -> sights.putIfAbsent(fact, event.at())));
    Map<Long, Event.Outcome> outcomes =
        only(Event.Outcome.class, events)
            .collect(toMap(Event.Outcome::op, identity(), (first, last) -> last));
    List<MembershipChange> changes =
        only(Event.ChangeInvoked.class, events)
            .map(asked -> new MembershipChange(asked, outcomes.get(asked.op())))
            .toList();
    Map<String, Conversation> byId =
        conversations.stream().collect(toMap(Conversation::id, identity()));
    return new History(
        byId,
        Set.copyOf(devices),
        events,
        sends(events, outcomes),
        sights,
        changes,
        new Memberships(byId, changes, sights),
        only(Event.Handed.class, events)
            .collect(
                groupingBy(one -> new DeviceConversation(one.device(), one.fact().conversation()))),
        lastReads(events));
  }

  private static Map<SendKey, Send> sends(List<Event> events, Map<Long, Event.Outcome> outcomes) {
    return only(Event.Invoked.class, events)
        .collect(
            groupingBy(
                sent -> new SendKey(sent.conversation(), sent.device().user(), sent.id()),
                LinkedHashMap::new,
                mapping(
                    sent -> new Send.Attempt(sent, outcomes.get(sent.op())),
                    collectingAndThen(toList(), Send::new))));
  }

  private static Map<DeviceConversation, List<Fact>> lastReads(List<Event> events) {
    return only(Event.HistoryRead.class, events)
        .filter(Event.HistoryRead::last)
        .collect(
            groupingBy(
                read -> new DeviceConversation(read.device(), read.conversation()),
                LinkedHashMap::new,
                flatMapping(read -> read.facts().stream(), toList())));
  }

  private static <E extends Event> Stream<E> only(Class<E> kind, List<Event> events) {
    return events.stream().filter(kind::isInstance).map(kind::cast);
  }

  /// The events of one kind, by time.
  public <E extends Event> Stream<E> events(Class<E> kind) {
    return only(kind, events);
  }

  /// Every message that a device tried to send, in the order of the first attempts.
  public Collection<Send> sends() {
    return sendsByKey.values();
  }

  /// The send that a fact comes from, by its identity; null when no device sent it.
  public @Nullable Send send(Fact fact) {
    return sendsByKey.get(new SendKey(fact.conversation(), fact.sender(), fact.id()));
  }

  /// Every different fact that anybody ever saw.
  public Set<Fact> facts() {
    return firstSights.keySet();
  }

  /// The events in which a device saw a fact, by time.
  public List<Event> sightings(Fact fact) {
    return events.stream().filter(event -> factsOf(event).contains(fact)).toList();
  }

  /// The facts that an event shows.
  public static List<Fact> factsOf(Event event) {
    return switch (event) {
      case Event.Handed handed -> List.of(handed.fact());
      case Event.Delivered delivered -> List.of(delivered.fact());
      case Event.HistoryRead read -> read.facts();
      default -> List.of();
    };
  }
}
