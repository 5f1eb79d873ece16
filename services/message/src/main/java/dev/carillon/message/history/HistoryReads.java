package dev.carillon.message.history;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.ConversationKind;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.MessageError;
import dev.carillon.message.conversation.Roster;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.store.ConversationStore;
import dev.carillon.message.store.HistoryRange;
import dev.carillon.runtime.batch.Coalescer;
import dev.carillon.runtime.batch.SharedRead;
import dev.carillon.runtime.batch.SharedRead.SharedCall;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.lifecycle.Retry;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Reads of pages that share their statements: when a whole group wants the same page at once, the
/// database is asked a few times and not once for each member.
///
/// The reads of one page are coalesced, see [Coalescer], one execution at a time. An execution
/// reads the head, then all memberships at once, and then, up to that head, what readers of equal
/// rights may see, once: what is said after the head may be said after a reader was removed. A read
/// that several shared holds its place for a moment longer: the members of a large group come over
/// some 200 ms, and the next execution should serve many of them.
///
/// Threads: any. Blocks.
public final class HistoryReads {
  private static final Coalescer.Limits LIMITS =
      new Coalescer.Limits(1, 500, 10_000, Duration.ofSeconds(10));

  /// From the beginning of a shared execution to that of the next of the same page, for each call
  /// that shared it, and at most.
  private static final Duration PAUSE_EACH = Duration.ofMillis(5);

  private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

  private final ConversationStore store;
  private final LongSupplier nanos;
  private final Coalescer<Page, String, Found> reads;

  /// @param timer where reads are refused that have waited too long
  /// @param nanos the monotonic clock
  public HistoryReads(ConversationStore store, ScheduledExecutorService timer, LongSupplier nanos) {
    this.store = store;
    this.nanos = nanos;
    this.reads = Coalescer.blocking(PageReader::new, LIMITS, timer, nanos);
  }

  /// What is read. The membership of each reader decides how much of it the reader gets.
  private record Page(ConversationId conversation, HistoryRange range) {}

  /// What a read found.
  ///
  /// @param member the reader's membership, present or past
  /// @param messages one more than the range's limit when there are more
  public record Found(Member member, List<StoredMessage> messages) {}

  /// The messages of a range, as far as a user may see them.
  ///
  /// @throws Refusal when the conversation does not exist, the user never was a member, or too many
  ///   others wait
  public Found read(ConversationId conversation, String user, HistoryRange range) {
    return reads.call(new Page(conversation, range), user);
  }

  /// How many reads wait for an execution.
  int waiting() {
    return reads.waiting();
  }

  /// The refusal of a user who never was a member.
  public static Refusal stranger(ConversationId conversation, String user) {
    return new Refusal(
        MessageError.NOT_A_MEMBER,
        "user_id: " + user + " (expected: a member of " + conversation + ")");
  }

  /// Reads one page for several users, as long as somebody wants it.
  private final class PageReader implements SharedRead<String, Found> {
    private final Page page;

    PageReader(Page page) {
      this.page = page;
    }

    @Override
    public void read(List<SharedCall<String, Found>> calls) {
      long begin = nanos.getAsLong();
      answer(calls);
      if (calls.size() > 1) {
        pauseUntil(begin + pauseAfter(calls.size()));
      }
    }

    private static long pauseAfter(int shared) {
      return Math.min(LONGEST_PAUSE.toNanos(), shared * PAUSE_EACH.toNanos());
    }

    private void pauseUntil(long time) {
      try {
        Retry.pause(Duration.ofNanos(time - nanos.getAsLong()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private void answer(List<SharedCall<String, Found>> calls) {
      @Nullable Head found = store.heads(List.of(page.conversation())).get(page.conversation());
      if (found == null) {
        calls.forEach(call -> call.refuse(unknown()));
        return;
      }
      Map<String, Member> members = members(found, calls);
      Map<Stretch, List<StoredMessage>> stretches = new HashMap<>();
      for (SharedCall<String, Found> call : calls) {
        @Nullable Member member = members.get(call.request());
        if (member == null) {
          call.refuse(stranger(page.conversation(), call.request()));
        } else {
          List<StoredMessage> messages =
              stretches.computeIfAbsent(
                  Stretch.of(page.range(), member.readable(found.lastSeq())),
                  stretch -> stretch.read(store, page.conversation()));
          call.answer(new Found(member, messages));
        }
      }
    }

    private Refusal unknown() {
      return new Refusal(
          MessageError.CONVERSATION_UNKNOWN,
          "conversation_id: " + page.conversation() + " (expected: an existing conversation)");
    }

    private Map<String, Member> members(Head of, List<SharedCall<String, Found>> calls) {
      Set<String> users = new LinkedHashSet<>();
      calls.forEach(call -> users.add(call.request()));
      if (of.profile().kind() == ConversationKind.GROUP) {
        return store.memberships(of.id(), users);
      }
      Roster pair = Roster.direct(of.profile(), of.firstSeq());
      Map<String, Member> members = new HashMap<>();
      users.forEach(user -> pair.find(user).ifPresent(member -> members.put(user, member)));
      return members;
    }
  }

  /// A range as it is read from the store, one message further than it is wanted.
  private record Stretch(long after, long before, boolean newest, int limit) {
    static Stretch of(HistoryRange range, Member.VisibleRange readable) {
      long after = Math.max(range.after().orElse(0), readable.after());
      long before = Math.min(range.before().orElse(Long.MAX_VALUE), readable.upTo() + 1);
      return new Stretch(after, before, range.after().isEmpty(), range.limit() + 1);
    }

    List<StoredMessage> read(ConversationStore store, ConversationId conversation) {
      return store.range(conversation, after, before, newest, limit);
    }
  }
}
