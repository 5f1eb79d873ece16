package dev.carillon.check.history;

import dev.carillon.check.history.Event.ChangeInvoked;
import dev.carillon.check.history.Event.Delivered;
import dev.carillon.check.history.Event.Handed;
import dev.carillon.check.history.Event.HistoryRead;
import dev.carillon.check.history.Event.Invoked;
import dev.carillon.check.history.Event.Outcome;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Everything that happened in a run, and the views of it that the properties need. Immutable once
/// made; the views are made once.
public final class History {
  private final Map<String, GroupSettings> groupSettings;
  private final Set<Device> devices;
  private final List<Event> events;
  private final Map<SendKey, Send> sends;
  private final Map<Fact, Long> facts;
  private final List<MembershipChange> changes;
  private final Memberships memberships;
  private final Map<Reader, List<Fact>> lastReads;

  /// A message's identity by its sender.
  public record SendKey(String conversation, String sender, String id) {}

  /// Who read a conversation.
  public record Reader(String conversation, Device device) {}

  /// Orders the events by their stamps and makes the views.
  ///
  /// @param groupSettings what each conversation was founded as
  /// @param devices the devices that have to be complete at the end
  /// @param events in any order; what has the same stamp keeps its order
  public History(
      Map<String, GroupSettings> groupSettings, Collection<Device> devices, List<Event> events) {
    this.groupSettings = Map.copyOf(groupSettings);
    this.devices = Set.copyOf(devices);
    this.events = events.stream().sorted(Comparator.comparingLong(Event::at)).toList();
    sends = sendsOf(this.events);
    facts = factsOf(this.events);
    lastReads = lastReadsOf(this.events);
    changes = changesOf(this.events);
    memberships = new Memberships(this.groupSettings, changes, facts);
  }

  /// Every event, by time.
  public List<Event> events() {
    return events;
  }

  /// The events of one kind, by time.
  public <E extends Event> Stream<E> events(Class<E> kind) {
    return events.stream().filter(kind::isInstance).map(kind::cast);
  }

  /// What each conversation was founded as.
  public Map<String, GroupSettings> groupSettings() {
    return groupSettings;
  }

  /// Who belonged to which conversation when.
  public Memberships memberships() {
    return memberships;
  }

  /// Every request to change a membership, in the order in which they began.
  public List<MembershipChange> changes() {
    return changes;
  }

  /// The devices that have to be complete at the end.
  public Set<Device> devices() {
    return devices;
  }

  /// Every message that a device tried to send, in the order of the first attempts.
  public Collection<Send> sends() {
    return sends.values();
  }

  /// The send that a fact comes from, by its identity; null when no device sent it.
  public @Nullable Send send(Fact fact) {
    return sends.get(new SendKey(fact.conversation(), fact.sender(), fact.id()));
  }

  /// Every different fact that anybody ever saw.
  public Set<Fact> facts() {
    return facts.keySet();
  }

  /// The events in which a device saw a fact, by time.
  public List<Event> sightings(Fact fact) {
    return events.stream().filter(event -> shows(event, fact)).toList();
  }

  /// What each reader found when it read everything at the end, in the order returned.
  public Map<Reader, List<Fact>> lastReads() {
    return lastReads;
  }

  /// The facts that an event shows.
  public static List<Fact> factsOf(Event event) {
    return switch (event) {
      case Handed handed -> List.of(handed.fact());
      case Delivered delivered -> List.of(delivered.fact());
      case HistoryRead read -> read.facts();
      default -> List.of();
    };
  }

  private static boolean shows(Event event, Fact fact) {
    return factsOf(event).contains(fact);
  }

  private static Map<Long, Outcome> outcomesOf(List<Event> events) {
    Map<Long, Outcome> outcomes = new HashMap<>();
    for (Event event : events) {
      if (event instanceof Outcome outcome) {
        outcomes.put(outcome.op(), outcome);
      }
    }
    return outcomes;
  }

  private static List<MembershipChange> changesOf(List<Event> events) {
    Map<Long, Outcome> outcomes = outcomesOf(events);
    return events.stream()
        .filter(ChangeInvoked.class::isInstance)
        .map(ChangeInvoked.class::cast)
        .map(invoked -> new MembershipChange(invoked, outcomes.get(invoked.op())))
        .toList();
  }

  private static Map<SendKey, Send> sendsOf(List<Event> events) {
    Map<Long, Outcome> outcomes = outcomesOf(events);
    Map<SendKey, List<Invoked>> attempts = new LinkedHashMap<>();
    for (Event event : events) {
      if (event instanceof Invoked invoked) {
        SendKey key = new SendKey(invoked.conversation(), invoked.device().user(), invoked.id());
        attempts.computeIfAbsent(key, absent -> new ArrayList<>(1)).add(invoked);
      }
    }
    Map<SendKey, Send> sends = new LinkedHashMap<>();
    attempts.forEach((key, tried) ->
        sends.put(
            key,
            new Send(
                tried.stream()
                    .map(invoked -> new Send.Attempt(invoked, outcomes.get(invoked.op())))
                    .toList())));
    return sends;
  }

  /// With the first sight of each.
  private static Map<Fact, Long> factsOf(List<Event> events) {
    Map<Fact, Long> facts = new LinkedHashMap<>();
    events.forEach(event -> factsOf(event).forEach(fact -> facts.putIfAbsent(fact, event.at())));
    return facts;
  }

  private static Map<Reader, List<Fact>> lastReadsOf(List<Event> events) {
    Map<Reader, List<Fact>> reads = new LinkedHashMap<>();
    for (Event event : events) {
      if (event instanceof HistoryRead read && read.last()) {
        reads
            .computeIfAbsent(
                new Reader(read.conversation(), read.device()), absent -> new ArrayList<>())
            .addAll(read.facts());
      }
    }
    return reads;
  }
}
