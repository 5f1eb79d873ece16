package dev.carillon.message.append;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.StoredMessage;
import org.jspecify.annotations.Nullable;

/// What reaches a writer from other threads.
sealed interface AppendEvent {
  /// The numbers `first` to `last`, both included, are the conversation's.
  record Granted(ConversationId conversation, long first, long last) implements AppendEvent {}

  /// No numbers could be had in time.
  record NotGranted(ConversationId conversation, String why) implements AppendEvent {}

  /// A change under way through a writer; once accepted, only the writer's thread touches it.
  static final class Task implements AppendEvent {
    /// About what the objects around a change weigh, in bytes.
    private static final int OVERHEAD = 300;

    final Change change;
    final int slot;
    final long epoch;
    final long accepted;
    private final long deadline;
    private final Replies replies;
    private final long itemId;

    /// Whether it may be stored already, so that the database is asked before it is written.
    boolean lookUp;

    /// How often it was tried in vain for reasons that lie in the conversation.
    int collisions;

    private @Nullable Outcome promised;
    private long promisedSeq;
    private boolean answered;

    /// @param epoch of the slot, in which the change was accepted
    /// @param accepted when it was accepted, by the monotonic clock in nanoseconds
    /// @param deadline when to give up, by the same clock
    Task(
        Change change,
        int slot,
        long epoch,
        long accepted,
        long deadline,
        Replies replies,
        long itemId) {
      this.change = change;
      this.slot = slot;
      this.epoch = epoch;
      this.accepted = accepted;
      this.deadline = deadline;
      this.replies = replies;
      this.itemId = itemId;
      this.lookUp = !(change instanceof Change.Post post) || post.resend();
    }

    ConversationId conversation() {
      return change.conversation();
    }

    /// How long until its deadline, in nanoseconds.
    long left(long now) {
      return deadline - now;
    }

    /// Remembers what was about to be answered when a commit's outcome stayed unknown, and the
    /// number that it gave away, in case the commit turns out to have happened.
    void promise(Outcome answer, long seq) {
      promised = answer;
      promisedSeq = seq;
    }

    /// The promised answer, if the message found under this task's key is the one that was about to
    /// be written.
    @Nullable Outcome kept(StoredMessage found) {
      return promisedSeq == found.seq() ? promised : null;
    }

    /// Whether a commit of it failed without telling whether it happened.
    boolean inDoubt() {
      return promised != null;
    }

    /// What a change occupies while it waits.
    static long bytes(Change change) {
      return switch (change) {
        case Change.Post post -> OVERHEAD + post.body().bytes().length;
        case Change.CreateGroup create -> OVERHEAD * (1L + create.members().size());
        case Change.ChangeMembers members -> OVERHEAD * (1L + members.members().size());
      };
    }

    boolean isAnswered() {
      return answered;
    }

    /// Answers, once and for ever.
    ///
    /// @return what is to be flushed
    Replies answer(Outcome outcome) {
      answered = true;
      replies.answer(itemId, outcome);
      return replies;
    }
  }
}
