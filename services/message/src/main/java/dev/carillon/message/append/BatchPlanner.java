package dev.carillon.message.append;

import dev.carillon.message.append.AppendEvent.Task;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.ConversationKind;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.message.conversation.MessageRef;
import dev.carillon.message.conversation.Roster;
import dev.carillon.message.store.ConversationStore;
import dev.carillon.runtime.errors.Refusal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Turns the tasks of a batch into drafts: gathers what is not remembered with one statement of
/// each kind, then lets the rules decide. Conversations are remembered between batches, the least
/// recently used ones forgotten first. Confined to its writer's thread.
final class BatchPlanner {
  private final ConversationStore store;
  private final GroupRules groupRules;
  private final InstantSource clock;
  private final NumberReservations numbers;
  private final long capacity;
  private final Map<ConversationId, CachedConversation> cache =
      new LinkedHashMap<>(16, 0.75f, true);
  private long weight;

  BatchPlanner(
      ConversationStore store,
      ConversationLimits limits,
      InstantSource clock,
      NumberReservations numbers) {
    this.store = store;
    this.groupRules = new GroupRules(limits.groupMembers());
    this.clock = clock;
    this.numbers = numbers;
    this.capacity = limits.cachedWeight();
  }

  /// One draft per conversation, in the order in which the conversations first appear.
  ///
  /// @throws Refusal a retryable one, when something had to be read and the database is away
  List<Draft> plan(List<Task> tasks) {
    Map<ConversationId, List<Task>> byConversation = new LinkedHashMap<>();
    for (Task task : tasks) {
      byConversation.computeIfAbsent(task.conversation(), absent -> new ArrayList<>()).add(task);
    }
    Map<ConversationId, CachedConversation> bases = bases(byConversation);
    Draft.Earlier earlier = earlier(tasks, bases);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    List<Draft> drafts = new ArrayList<>(bases.size());
    bases.forEach((id, base) -> {
      List<Task> mine = byConversation.getOrDefault(id, List.of());
      Draft draft = new Draft(base, mine, numbers, earlier, now);
      for (int i = 0; i < mine.size() && !draft.shortOfNumbers(); i++) {
        apply(draft, mine.get(i));
      }
      drafts.add(draft);
    });
    return drafts;
  }

  private void apply(Draft draft, Task task) {
    switch (task.change) {
      case Change.Post post -> PostRules.apply(draft, task, post);
      case Change.CreateGroup create -> groupRules.create(draft, task, create);
      case Change.ChangeMembers members -> groupRules.change(draft, task, members);
    }
  }

  private Map<ConversationId, CachedConversation> bases(
      Map<ConversationId, List<Task>> byConversation) {
    Map<ConversationId, CachedConversation> bases = new LinkedHashMap<>();
    Set<ConversationId> missing = new HashSet<>();
    byConversation.forEach((id, tasks) -> {
      long epoch = tasks.getFirst().epoch;
      CachedConversation cached = cached(id, epoch);
      if (cached == null) {
        missing.add(id);
        cached = CachedConversation.absent(id, epoch);
      }
      bases.put(id, cached);
    });
    if (!missing.isEmpty()) {
      load(missing, bases);
    }
    return bases;
  }

  private void load(Set<ConversationId> missing, Map<ConversationId, CachedConversation> bases) {
    Map<ConversationId, Head> heads = store.heads(missing);
    List<ConversationId> groups =
        heads.values().stream()
            .filter(head -> head.profile().kind() == ConversationKind.GROUP)
            .map(Head::id)
            .toList();
    Map<ConversationId, List<Member>> members = groups.isEmpty() ? Map.of() : store.members(groups);
    heads.forEach((id, head) ->
        bases.computeIfPresent(
            id,
            (same, absent) -> {
              Roster roster = Roster.of(head, () -> members.getOrDefault(id, List.of()));
              CachedConversation loaded = absent.moved(head, roster);
              remember(loaded);
              return loaded;
            }));
  }

  private Draft.Earlier earlier(List<Task> tasks, Map<ConversationId, CachedConversation> bases) {
    Set<MessageKey> keys = new HashSet<>();
    Set<MessageRef> targets = new HashSet<>();
    for (Task task : tasks) {
      CachedConversation base = bases.get(task.conversation());
      if (base == null || base.head() == null) {
        continue;
      }
      if (task.lookUp) {
        keys.add(task.change.key());
      }
      if (task.change instanceof Change.Post post && post.body().kind().refersToTarget()) {
        targets.add(new MessageRef(post.conversation(), post.body().targetSeq()));
      }
    }
    return new Draft.Earlier(
        keys.isEmpty() ? Map.of() : store.find(keys),
        targets.isEmpty() ? Map.of() : store.at(targets));
  }

  /// Takes in what a committed draft made true.
  void committed(Draft draft) {
    CachedConversation after = draft.toCached();
    numbers.used(after.id(), after.lastSeq());
    remember(after);
  }

  private @Nullable CachedConversation cached(ConversationId id, long epoch) {
    CachedConversation entry = cache.get(id);
    if (entry != null && entry.epoch() != epoch) {
      forget(id);
      return null;
    }
    return entry;
  }

  private void remember(CachedConversation entry) {
    forget(entry.id());
    cache.put(entry.id(), entry);
    weight += entry.weight();
    Iterator<CachedConversation> oldest = cache.values().iterator();
    while (weight > capacity && oldest.hasNext()) {
      weight -= oldest.next().weight();
      oldest.remove();
    }
  }

  private void forget(ConversationId id) {
    CachedConversation entry = cache.remove(id);
    if (entry != null) {
      weight -= entry.weight();
    }
  }

  /// Forgets what was believed of these drafts' conversations.
  void forget(Collection<Draft> drafts) {
    drafts.forEach(draft -> forget(draft.id()));
  }

  /// Forgets everything: something went wrong that nobody foresaw.
  void forgetAll() {
    cache.clear();
    weight = 0;
  }
}
