package dev.carillon.message.conversation;

import dev.carillon.runtime.errors.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Reads of pages that share their statements: when a whole group wants the same page at once, the
/// database is asked a few times and not once for each member.
///
/// The reads of one page go in rounds, one at a time. Whoever comes while a round runs goes with
/// the next one, so whatever was committed before a read came is in what it gets. A round asks for
/// all memberships at once, and once for what readers of equal rights may see. Whoever comes alone
/// waits for nothing and runs on its own thread; a round that several share is followed by a pause,
/// so that the next one is shared by more. The server's limit of calls bounds how many wait.
///
/// Threads: any. Blocks.
final class HistoryReads {
  private static final long PAUSE_NANOS_EACH = 5_000_000;
  private static final long PAUSE_NANOS_AT_MOST = 50_000_000;

  private final ConversationStore store;
  private final LongSupplier nanos;
  private final Map<Page, Rounds> running = new HashMap<>();

  /// @param nanos the monotonic clock
  HistoryReads(ConversationStore store, LongSupplier nanos) {
    this.store = store;
    this.nanos = nanos;
  }

  /// What is read; who reads decides how much of it is seen.
  private record Page(ConversationId conversation, HistoryRange range) {}

  /// One read that waits for its round.
  private record Read(String user, CompletableFuture<Found> found) {}

  /// What a read found.
  ///
  /// @param member the reader's membership, present or past
  /// @param messages one more than the range's limit when there are more
  record Found(Member member, List<StoredMessage> messages) {}

  /// The messages of a range, as far as a user may see them.
  ///
  /// @throws Refusal when the conversation does not exist, or the user never was a member
  Found read(ConversationId conversation, String user, HistoryRange range) {
    Page page = new Page(conversation, range);
    Read read = new Read(user, new CompletableFuture<>());
    @Nullable Rounds begun = join(page, read);
    if (begun != null) {
      begun.run(List.of(read));
    }
    try {
      return read.found().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }

  /// Waits with others, or else begins rounds of its own.
  private @Nullable Rounds join(Page page, Read read) {
    synchronized (running) {
      @Nullable Rounds rounds = running.get(page);
      if (rounds != null) {
        rounds.next.add(read);
        return null;
      }
      Rounds begun = new Rounds(page);
      running.put(page, begun);
      return begun;
    }
  }

  /// How many wait for the next round of a page.
  int waiting(ConversationId conversation, HistoryRange range) {
    synchronized (running) {
      @Nullable Rounds rounds = running.get(new Page(conversation, range));
      return rounds == null ? 0 : rounds.next.size();
    }
  }

  /// The refusal of who never was a member.
  static Refusal stranger(ConversationId conversation, String user) {
    return new Refusal(
        MessageError.NOT_A_MEMBER,
        "user_id: " + user + " (expected: a member of " + conversation + ")");
  }

  /// The rounds of one page, for as long as one follows the other.
  private final class Rounds {
    private final Page page;
    // Guarded by `running`.
    private List<Read> next = new ArrayList<>(0);
    // What is used of it never changes, so one look is enough for all rounds.
    private @Nullable Head head;

    Rounds(Page page) {
      this.page = page;
    }

    void run(List<Read> reads) {
      long begin = nanos.getAsLong();
      try {
        answer(reads);
      } catch (RuntimeException | Error failure) {
        reads.forEach(read -> read.found().completeExceptionally(failure));
      } finally {
        goOn(begin + pauseAfter(reads.size()), reads.size() > 1);
      }
    }

    private static long pauseAfter(int shared) {
      return shared == 1 ? 0 : Math.min(PAUSE_NANOS_AT_MOST, shared * PAUSE_NANOS_EACH);
    }

    /// Runs the next round on a thread of its own: whoever ran this one has its answer. After a
    /// shared one there is a next one even if nobody waits for it yet.
    private void goOn(long time, boolean shared) {
      synchronized (running) {
        if (next.isEmpty() && !shared) {
          running.remove(page);
          return;
        }
      }
      Thread.ofVirtual().name("history-round").start(() -> runAt(time));
    }

    private void runAt(long time) {
      for (long left = time - nanos.getAsLong(); left > 0; left = time - nanos.getAsLong()) {
        LockSupport.parkNanos(left);
      }
      List<Read> reads;
      synchronized (running) {
        reads = next;
        next = new ArrayList<>(0);
        if (reads.isEmpty()) {
          running.remove(page);
          return;
        }
      }
      run(reads);
    }

    private void answer(List<Read> reads) {
      Head found = head();
      Map<String, Member> members = members(found, reads);
      Map<Stretch, List<StoredMessage>> stretches = new HashMap<>();
      for (Read read : reads) {
        @Nullable Member member = members.get(read.user());
        if (member == null) {
          read.found().completeExceptionally(stranger(page.conversation(), read.user()));
        } else {
          List<StoredMessage> messages =
              stretches.computeIfAbsent(
                  Stretch.of(page.range(), member),
                  stretch -> stretch.read(store, page.conversation()));
          read.found().complete(new Found(member, messages));
        }
      }
    }

    private Head head() {
      @Nullable Head known = head;
      if (known == null) {
        known = store.heads(List.of(page.conversation())).get(page.conversation());
        head = known;
      }
      if (known == null) {
        throw new Refusal(
            MessageError.CONVERSATION_UNKNOWN,
            "conversation_id: " + page.conversation() + " (expected: an existing conversation)");
      }
      return known;
    }

    private Map<String, Member> members(Head of, List<Read> reads) {
      Set<String> users = new LinkedHashSet<>();
      reads.forEach(read -> users.add(read.user()));
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
    static Stretch of(HistoryRange range, Member member) {
      long after = Math.max(range.after().orElse(0), member.visibleAfterSeq());
      long before = range.before().orElse(Long.MAX_VALUE);
      if (!member.present()) {
        before = Math.min(before, member.leftSeq() + 1);
      }
      return new Stretch(after, before, range.after().isEmpty(), range.limit() + 1);
    }

    List<StoredMessage> read(ConversationStore store, ConversationId conversation) {
      return store.range(conversation, after, before, newest, limit);
    }
  }
}
