package dev.carillon.message.append;

import dev.carillon.message.append.AppendEvent.Task;
import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.ConversationKind;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.MessageError;
import dev.carillon.message.conversation.Place;
import dev.carillon.message.conversation.Profile;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.runtime.errors.Reason;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.identity.ConversationIds;
import dev.carillon.runtime.identity.UserIds;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The rules for a message from a user: who may say what, about which earlier message.
final class PostRules {
  private PostRules() {}

  /// Answers the post in the draft, appending it when it is allowed and new.
  static void apply(Draft draft, Task task, Change.Post post) {
    Outcome repeat = draft.repeatOf(task, post.body());
    if (repeat != null) {
      draft.answer(task, repeat);
      return;
    }
    boolean begins = draft.profile() == null;
    Refusal refusal = begins ? mayBegin(post) : maySend(draft, post);
    if (refusal != null) {
      draft.answer(task, new Outcome.Refused(refusal));
      return;
    }
    if (begins) {
      draft.become(Profile.direct(post.sender(), post.directPeer()));
    }
    Place place = draft.append(post.key(), post.body(), post.traceparent());
    if (place != null) {
      if (post.body().kind() == BodyKind.RECALL) {
        draft.recall(post.body().targetSeq(), place.seq());
      }
      draft.answer(task, new Outcome.Stored(place.seq(), place.prevSeq(), false));
    }
  }

  private static @Nullable Refusal mayBegin(Change.Post post) {
    if (!derivesFromPair(post)) {
      return unknown(post);
    }
    return post.body().kind().refersToTarget()
        ? target(MessageError.TARGET_UNKNOWN, post, "a message")
        : null;
  }

  private static boolean derivesFromPair(Change.Post post) {
    return UserIds.isValid(post.directPeer())
        && UserIds.isValid(post.sender())
        && Arrays.equals(
            ConversationIds.direct(post.sender(), post.directPeer()), post.conversation().bytes());
  }

  private static @Nullable Refusal maySend(Draft draft, Change.Post post) {
    if (!names(draft.existing(), post)) {
      return unknown(post);
    }
    Optional<Member> sender = draft.roster().find(post.sender());
    if (sender.isEmpty()) {
      return new Refusal(
          MessageError.NOT_A_MEMBER,
          "sender: " + post.sender() + " (expected: a member of " + post.conversation() + ")");
    }
    return post.body().kind().refersToTarget() ? mayReferTo(draft, post, sender.get()) : null;
  }

  /// A sender who means a direct conversation must not end up in a group that somebody gave the
  /// same id, nor the reverse.
  private static boolean names(Profile profile, Change.Post post) {
    return post.directPeer().isEmpty()
        || (profile.kind() == ConversationKind.DIRECT
            && profile.peerOf(post.sender()).equals(post.directPeer()));
  }

  private static @Nullable Refusal mayReferTo(Draft draft, Change.Post post, Member sender) {
    long seq = post.body().targetSeq();
    StoredMessage target = sender.sees(seq) ? draft.target(seq) : null;
    if (target == null) {
      return target(MessageError.TARGET_UNKNOWN, post, "a message of this conversation");
    }
    if (!target.body().kind().countable() || draft.recalled(target)) {
      return target(
          MessageError.TARGET_NOT_ALLOWED, post, "a message with content that is not recalled");
    }
    return isEntitled(draft, post, target)
        ? null
        : target(MessageError.TARGET_NOT_ALLOWED, post, "a message of " + post.sender());
  }

  private static boolean isEntitled(Draft draft, Change.Post post, StoredMessage target) {
    boolean own = target.sender().equals(post.sender());
    return switch (post.body().kind()) {
      case EDIT -> own;
      case RECALL -> own || draft.existing().isGroupOf(post.sender());
      case REACTION -> true;
      case TEXT, BINARY, CUSTOM, MEDIA, MEMBERSHIP -> false;
    };
  }

  private static Refusal unknown(Change.Post post) {
    String pair = post.directPeer().isEmpty() ? "" : " with " + post.directPeer();
    return new Refusal(
        MessageError.CONVERSATION_UNKNOWN,
        "conversation_id: " + post.conversation() + pair + " (expected: an existing conversation)");
  }

  private static Refusal target(Reason reason, Change.Post post, String expected) {
    return new Refusal(
        reason, "target_seq: " + post.body().targetSeq() + " (expected: " + expected + ")");
  }
}
