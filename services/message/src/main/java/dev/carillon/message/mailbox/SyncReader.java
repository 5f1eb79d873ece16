package dev.carillon.message.mailbox;

import static java.util.stream.Collectors.toSet;

import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.conversation.ThreadKey;
import dev.carillon.message.conversation.ThreadView;
import dev.carillon.message.mailbox.MailboxStore.Range;
import dev.carillon.message.mailbox.MailboxStore.ThreadRow;
import dev.carillon.message.store.ThreadReader;
import dev.carillon.runtime.batch.SharedRead;
import dev.carillon.runtime.batch.SharedRead.SharedCall;
import dev.carillon.runtime.errors.Refusal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Gatherers;

/// Reads the pages of many devices together.
///
/// In this order: the mailboxes' versions; what later pages acknowledge; where first pages begin;
/// what changed; how that looks to its users; and the newest messages, some pages at a time. Once
/// it has read as much as it may, it hands back the calls that are left: they are many large pages,
/// which share little, and for which others should not wait. Holds no state; thread-safe.
final class SyncReader implements SharedRead<SyncRequest, SyncPage> {
  private static final int MESSAGES_AT_ONCE = 500;

  /// How many bytes of messages are read before the other calls are handed back: they stay in
  /// memory until the last page is complete.
  private static final int BATCH_BYTES = 4 << 20;

  /// How many bytes the messages of one page may have; together with its threads well below the 4
  /// MiB that a gRPC answer may have.
  private static final int PAGE_BYTES = 2 << 20;

  private final MailboxStore mailboxes;
  private final ThreadReader conversations;

  SyncReader(MailboxStore mailboxes, ThreadReader conversations) {
    this.mailboxes = mailboxes;
    this.conversations = conversations;
  }

  /// A call, where its page begins, and where its sync ends.
  private record Placed(SharedCall<SyncRequest, SyncPage> call, PageToken position) {
    SyncRequest request() {
      return call.request();
    }

    Range range() {
      return new Range(
          request().device().userId(), position.after(), position.frozen(), request().threads());
    }
  }

  /// A page whose messages are still to be read. Threads for which no room is left come with fewer
  /// messages, or none, which devices pull from history.
  private static final class Draft {
    private final Placed placed;
    // What the user may see of what changed, by ascending version, and where the page after begins.
    private final List<SyncPage.Change> threads;
    private final PageToken next;
    private final Map<ThreadView, List<StoredMessage>> newest = new HashMap<>();
    private int left = PAGE_BYTES;

    Draft(Placed placed, List<SyncPage.Change> threads, PageToken next) {
      this.placed = placed;
      this.threads = threads;
      this.next = next;
    }

    int perThread() {
      return placed.request().messagesPerThread();
    }

    /// How many threads are read in one go.
    int threadsAtOnce() {
      return perThread() == 0 ? Integer.MAX_VALUE : Math.max(1, MESSAGES_AT_ONCE / perThread());
    }

    boolean hasRoom() {
      return left > 0;
    }

    /// About how much of memory it takes.
    int bytes() {
      return PAGE_BYTES - left;
    }

    /// Takes as many of a thread's messages as there is room for, the newest first.
    void add(ThreadView thread, List<StoredMessage> messages) {
      List<StoredMessage> fitting = new ArrayList<>();
      for (StoredMessage message : messages.reversed()) {
        left -= message.weight();
        if (left < 0) {
          break;
        }
        fitting.add(message);
      }
      newest.put(thread, List.copyOf(fitting.reversed()));
    }

    void complete() {
      List<SyncPage.Change> changes =
          threads.stream()
              .map(change ->
                  new SyncPage.Change(
                      change.thread(),
                      change.version(),
                      newest.getOrDefault(change.thread(), List.of())))
              .toList();
      placed.call().answer(new SyncPage(changes, Optional.of(next), next.frozen()));
    }
  }

  /// Answers the calls, or hands them back.
  ///
  /// @throws Refusal when the database is away; some calls may have been answered by then
  @Override
  public void read(List<SharedCall<SyncRequest, SyncPage>> calls) {
    List<Placed> placed = places(calls);
    Map<Range, List<ThreadRow>> changes =
        mailboxes.changes(
            placed.stream().filter(each -> !each.position().atEnd()).map(Placed::range).toList());
    Map<Placed, List<ThreadRow>> changed = new LinkedHashMap<>();
    for (Placed each : placed) {
      List<ThreadRow> rows = changes.getOrDefault(each.range(), List.of());
      if (rows.isEmpty()) {
        each.call().answer(new SyncPage(List.of(), Optional.empty(), each.position().frozen()));
      } else {
        changed.put(each, rows);
      }
    }
    fill(drafts(changed));
  }

  private List<Placed> places(List<SharedCall<SyncRequest, SyncPage>> calls) {
    Map<String, Long> versions =
        mailboxes.versions(
            calls.stream().map(call -> call.request().device().userId()).collect(toSet()));
    List<Placed> placed = new ArrayList<>(calls.size());
    Map<Device, Long> acknowledged = new HashMap<>();
    List<SharedCall<SyncRequest, SyncPage>> first = new ArrayList<>();
    for (SharedCall<SyncRequest, SyncPage> call : calls) {
      Optional<PageToken> token = call.request().token();
      if (token.isEmpty()) {
        first.add(call);
      } else if (token.get().frozen() > frozen(call, versions)) {
        call.refuse(PageToken.invalid());
      } else {
        acknowledged.put(call.request().device(), token.get().after());
        placed.add(new Placed(call, token.get()));
      }
    }
    mailboxes.acknowledge(acknowledged);
    placed.addAll(placesOfFirstPages(first, versions));
    return placed;
  }

  private List<Placed> placesOfFirstPages(
      List<SharedCall<SyncRequest, SyncPage>> calls, Map<String, Long> versions) {
    Map<Device, Long> synced =
        mailboxes.syncedVersions(
            calls.stream().map(call -> call.request().device()).distinct().toList());
    List<Placed> placed = new ArrayList<>(calls.size());
    Map<Device, Long> withdrawn = new HashMap<>();
    for (SharedCall<SyncRequest, SyncPage> call : calls) {
      Device device = call.request().device();
      long frozen = frozen(call, versions);
      long acknowledged = synced.getOrDefault(device, 0L);
      OptionalLong said = call.request().afterVersion();
      long wanted = said.orElse(acknowledged);
      // A device ahead of its mailbox knows a future that was never made durable (the database was
      // restored): nothing it holds can be relied on.
      long after = wanted <= frozen ? wanted : 0;
      if (said.isPresent() && after < acknowledged) {
        // A device that begins further back has lost what it had: its own word counts.
        withdrawn.merge(device, after, Math::min);
      }
      placed.add(new Placed(call, new PageToken(after, frozen)));
    }
    mailboxes.withdraw(withdrawn);
    return placed;
  }

  private static long frozen(SharedCall<SyncRequest, SyncPage> call, Map<String, Long> versions) {
    return versions.getOrDefault(call.request().device().userId(), 0L);
  }

  private List<Draft> drafts(Map<Placed, List<ThreadRow>> changed) {
    Set<ThreadKey> keys = new LinkedHashSet<>();
    changed.forEach((placed, rows) -> rows.forEach(row -> keys.add(key(placed, row))));
    Map<ThreadKey, ThreadView> views =
        keys.isEmpty() ? Map.of() : conversations.threads(List.copyOf(keys));
    List<Draft> drafts = new ArrayList<>(changed.size());
    changed.forEach((placed, rows) -> drafts.add(draft(placed, rows, views)));
    return drafts;
  }

  private static ThreadKey key(Placed placed, ThreadRow row) {
    return new ThreadKey(placed.request().device().userId(), row.conversation());
  }

  private static Draft draft(
      Placed placed, List<ThreadRow> rows, Map<ThreadKey, ThreadView> views) {
    List<SyncPage.Change> threads = new ArrayList<>(rows.size());
    for (ThreadRow row : rows) {
      ThreadView view = views.get(key(placed, row));
      if (view != null) {
        threads.add(new SyncPage.Change(view, row.version(), List.of()));
      }
    }
    long frozen = placed.position().frozen();
    boolean last = rows.size() < placed.request().threads();
    long reached = last ? frozen : rows.getLast().version();
    return new Draft(placed, threads, new PageToken(reached, frozen));
  }

  /// Reads the messages of pages and completes them, those that want the fewest of a thread first.
  private void fill(List<Draft> drafts) {
    int left = BATCH_BYTES;
    for (List<Draft> together : together(drafts)) {
      if (left <= 0) {
        together.forEach(draft -> draft.placed.call().handBack());
      } else {
        fillTogether(together);
        left -= together.stream().mapToInt(Draft::bytes).sum();
      }
    }
  }

  /// Pages of few threads share what is read when they want as many messages of each; one of many
  /// threads stays by itself.
  private static List<List<Draft>> together(List<Draft> drafts) {
    List<List<Draft>> all = new ArrayList<>();
    int threads = 0;
    for (Draft draft : drafts.stream().sorted(Comparator.comparingInt(Draft::perThread)).toList()) {
      threads += draft.threads.size();
      if (all.isEmpty()
          || all.getLast().getLast().perThread() != draft.perThread()
          || threads > draft.threadsAtOnce()) {
        all.add(new ArrayList<>());
        threads = draft.threads.size();
      }
      all.getLast().add(draft);
    }
    return all;
  }

  private void fillTogether(List<Draft> drafts) {
    record Part(ThreadView thread, Draft page) {}
    int perThread = drafts.getFirst().perThread();
    if (perThread > 0) {
      drafts.stream()
          .flatMap(draft -> draft.threads.stream().map(change -> new Part(change.thread(), draft)))
          .gather(Gatherers.windowFixed(drafts.getFirst().threadsAtOnce()))
          .map(window -> window.stream().filter(part -> part.page().hasRoom()).toList())
          .filter(parts -> !parts.isEmpty())
          .forEach(parts -> {
            Map<ThreadView, List<StoredMessage>> found =
                conversations.newest(parts.stream().map(Part::thread).toList(), perThread);
            parts.forEach(part ->
                part.page().add(part.thread(), found.getOrDefault(part.thread(), List.of())));
          });
    }
    drafts.forEach(Draft::complete);
  }
}
