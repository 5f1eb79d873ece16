package dev.carillon.message;

import dev.carillon.message.append.AppendQueue;
import dev.carillon.message.append.Change;
import dev.carillon.message.append.ConversationLimits;
import dev.carillon.message.append.Outcome;
import dev.carillon.message.append.Replies;
import dev.carillon.message.conversation.ClientMessageId;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.GroupContent;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.HistoryPolicy;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.MessageError;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.message.conversation.Profile;
import dev.carillon.message.conversation.Roster;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.history.History;
import dev.carillon.message.history.HistoryReads;
import dev.carillon.message.store.ConversationStore;
import dev.carillon.message.store.HistoryRange;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.identity.UserIds;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/// Creates and changes groups, and reads history. All of it blocks and belongs on a virtual thread.
public final class ConversationService {
  /// How many bytes of bodies one page of history carries; a gRPC message may have twice as many.
  private static final long ANSWER_BYTES = 2 << 20;

  private final AppendQueue appends;
  private final ConversationStore store;
  private final HistoryReads reads;
  private final ConversationLimits limits;

  /// Changes go through `appends`, reads to `store`.
  ///
  /// @param timer where reads of history are refused that have waited too long
  /// @param nanos the monotonic clock
  public ConversationService(
      AppendQueue appends,
      ConversationStore store,
      ConversationLimits limits,
      ScheduledExecutorService timer,
      LongSupplier nanos) {
    this.appends = appends;
    this.store = store;
    this.reads = new HistoryReads(store, timer, nanos);
    this.limits = limits;
  }

  /// Creates a group, or finds it when it was created before with the same content.
  public Outcome.Stored createGroup(
      ConversationId group,
      String owner,
      List<String> members,
      String title,
      HistoryPolicy historyPolicy) {
    if (group.isDirect()) {
      throw new Refusal(
          RuntimeReason.REQUEST_INVALID,
          "conversation_id: "
              + group
              + " (expected: the first bit 0, direct conversations have 1)");
    }
    Set<String> others = new LinkedHashSet<>(members);
    others.remove(owner);
    requireUserIds(List.of(owner));
    requireUserIds(others);
    if (others.size() + 1 > limits.groupMembers()) {
      throw new Refusal(
          MessageError.TOO_MANY_MEMBERS,
          "members: " + (others.size() + 1) + " (expected: " + limits.groupMembers() + " at most)");
    }
    ClientMessageId content = GroupContent.id(owner, others, title, historyPolicy);
    MessageKey key = new MessageKey(group, owner, content);
    Outcome outcome = await(new Change.CreateGroup(key, List.copyOf(others), title, historyPolicy));
    return (Outcome.Stored) outcome;
  }

  /// Adds members to a group, once.
  ///
  /// @param key the group, who adds, and that user's id for the change
  public Outcome.MembersChanged addMembers(MessageKey key, List<String> members) {
    requireUserIds(members);
    return (Outcome.MembersChanged) await(new Change.ChangeMembers(key, true, distinct(members)));
  }

  /// Removes members from a group, or lets one leave, once.
  ///
  /// @param key the group, who removes, and that user's id for the change
  public Outcome.MembersChanged removeMembers(MessageKey key, List<String> members) {
    return (Outcome.MembersChanged) await(new Change.ChangeMembers(key, false, distinct(members)));
  }

  /// The members of a conversation.
  ///
  /// @param profile what it is
  /// @param members the present members, in the order of joining
  public record Members(Profile profile, List<Member> members) {
    /// Copies the members.
    public Members {
      members = List.copyOf(members);
    }
  }

  /// The present members, as a present member may know them.
  public Members members(ConversationId conversation, String user) {
    Head head = head(conversation);
    Roster roster =
        Roster.of(
            head, () -> store.members(List.of(conversation)).getOrDefault(conversation, List.of()));
    if (roster.find(user).isEmpty()) {
      throw HistoryReads.stranger(conversation, user);
    }
    return new Members(head.profile(), roster.members());
  }

  /// A range of messages, as a present or former member may see them.
  public History history(ConversationId conversation, String user, HistoryRange range) {
    HistoryReads.Found read = reads.read(conversation, user, range);
    List<StoredMessage> found = read.messages();
    boolean newest = range.after().isEmpty();
    boolean more = found.size() > range.limit();
    if (more) {
      int from = newest ? 1 : 0;
      found = found.subList(from, from + range.limit());
    }
    List<StoredMessage> fitting = fitting(found, newest);
    return new History(
        fitting, more || fitting.size() < found.size(), read.member().visibleAfterSeq());
  }

  /// As many messages as one answer can carry, from the end at which reading began; always one.
  private static List<StoredMessage> fitting(List<StoredMessage> found, boolean newest) {
    long bytes = 0;
    for (int i = 0; i < found.size(); i++) {
      bytes += found.get(newest ? found.size() - 1 - i : i).body().bytes().length;
      if (bytes > ANSWER_BYTES && i > 0) {
        return newest ? found.subList(found.size() - i, found.size()) : found.subList(0, i);
      }
    }
    return found;
  }

  private Head head(ConversationId conversation) {
    Head head = store.heads(List.of(conversation)).get(conversation);
    if (head == null) {
      throw new Refusal(
          MessageError.CONVERSATION_UNKNOWN,
          "conversation_id: " + conversation + " (expected: an existing conversation)");
    }
    return head;
  }

  private Outcome await(Change change) {
    CompletableFuture<Outcome> future = new CompletableFuture<>();
    appends.submit(change, new Waiting(future), 0);
    try {
      // The writers answer within their own time; the margin is for a process that was stopped.
      Outcome outcome =
          future.get(
              limits.admission().appendTimeout().multipliedBy(2).toMillis(), TimeUnit.MILLISECONDS);
      if (outcome instanceof Outcome.Refused refused) {
        throw refused.refusal();
      }
      return outcome;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(RuntimeReason.CANCELLED, "the caller gave up", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new Refusal(RuntimeReason.DEADLINE_EXCEEDED, "no answer in time", e);
    }
  }

  private static List<String> distinct(List<String> users) {
    return List.copyOf(new LinkedHashSet<>(users));
  }

  private static void requireUserIds(Iterable<String> users) {
    Set<String> invalid = new HashSet<>();
    users.forEach(user -> {
      if (!UserIds.isValid(user)) {
        invalid.add(user);
      }
    });
    if (!invalid.isEmpty()) {
      throw new Refusal(
          RuntimeReason.REQUEST_INVALID,
          "user ids: "
              + invalid.size()
              + " invalid (expected: 1 to 64 bytes, no control characters)");
    }
  }

  /// One call that waits for its answer.
  private record Waiting(CompletableFuture<Outcome> future) implements Replies {
    @Override
    public void answer(long itemId, Outcome outcome) {
      future.complete(outcome);
    }

    @Override
    public void flush() {
      // Completed already.
    }
  }
}
