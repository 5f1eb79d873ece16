package dev.carillon.message.append;

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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Turns the tasks of a batch into drafts: gathers what is not remembered with one statement of
/// each kind, then lets the rules decide. Confined to its writer's thread.
final class BatchPlanner {
  private final ConversationStore store;
  private final GroupRules groupRules;
  private final InstantSource clock;
  private final ConversationCache cache;
  private final NumberBlocks numbers;

  BatchPlanner(
      ConversationStore store,
      GroupRules groupRules,
      InstantSource clock,
      ConversationCache cache,
      NumberBlocks numbers) {
    this.store = store;
    this.groupRules = groupRules;
    this.clock = clock;
    this.cache = cache;
    this.numbers = numbers;
  }

  /// A conversation's draft and the tasks it answers.
  record Planned(Draft draft, List<Task> tasks) {
    /// How many numbers the tasks may need.
    int numbersNeeded() {
      return tasks.stream().mapToInt(task -> task.change.numbers()).sum();
    }
  }

  /// One draft per conversation, in the order in which the conversations first appear.
  ///
  /// @throws Refusal a retryable one, when something had to be read and the database is away
  List<Planned> plan(List<Task> tasks) {
    Map<ConversationId, List<Task>> byConversation = new LinkedHashMap<>();
    for (Task task : tasks) {
      byConversation.computeIfAbsent(task.conversation(), absent -> new ArrayList<>()).add(task);
    }
    Map<ConversationId, CachedConversation> bases = bases(byConversation);
    Draft.Earlier earlier = earlier(tasks, bases);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    List<Planned> planned = new ArrayList<>(bases.size());
    bases.forEach((id, base) -> {
      NumberBlocks.Cursor cursor = numbers.cursor(id, base.lastSeq());
      Draft draft = new Draft(base, cursor, earlier, now);
      List<Task> mine = byConversation.getOrDefault(id, List.of());
      for (int i = 0; i < mine.size() && !draft.shortOfNumbers(); i++) {
        apply(draft, mine.get(i));
      }
      planned.add(new Planned(draft, mine));
    });
    return planned;
  }

  private void apply(Draft draft, Task task) {
    switch (task.change) {
      case Change.Post post -> PostRules.apply(draft, task, post);
      case Change.CreateGroup create -> groupRules.create(draft, task, create);
      case Change.AddMembers add -> groupRules.add(draft, task, add);
      case Change.RemoveMembers remove -> groupRules.remove(draft, task, remove);
    }
  }

  private Map<ConversationId, CachedConversation> bases(
      Map<ConversationId, List<Task>> byConversation) {
    Map<ConversationId, CachedConversation> bases = new LinkedHashMap<>();
    Set<ConversationId> missing = new HashSet<>();
    byConversation.forEach((id, tasks) -> {
      CachedConversation cached = cache.get(id, tasks.getFirst().epoch);
      if (cached == null) {
        missing.add(id);
        cached = absent(id, tasks.getFirst().epoch);
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
              Roster roster =
                  head.profile().kind() == ConversationKind.DIRECT
                      ? Roster.direct(head.profile(), head.firstSeq())
                      : Roster.of(members.getOrDefault(id, List.of()));
              CachedConversation loaded = absent.moved(head, roster);
              cache.put(loaded);
              return loaded;
            }));
  }

  private static CachedConversation absent(ConversationId id, long epoch) {
    return new CachedConversation(id, epoch, null, Roster.EMPTY, new RecentMessages());
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
    if (keys.isEmpty() && targets.isEmpty()) {
      return Draft.Earlier.NOTHING;
    }
    return new Draft.Earlier(
        keys.isEmpty() ? new HashMap<>() : store.find(keys),
        targets.isEmpty() ? new HashMap<>() : store.at(targets));
  }

  /// Takes in what a committed draft made true.
  void committed(Draft draft) {
    CachedConversation after = draft.toCached();
    numbers.used(after.id(), after.lastSeq());
    cache.put(after);
  }

  /// Forgets what was believed of these drafts' conversations.
  void forget(Collection<Planned> planned) {
    planned.forEach(each -> cache.drop(each.draft().id()));
  }

  /// Forgets everything: something went wrong that nobody foresaw.
  void forgetAll() {
    cache.clear();
  }
}
