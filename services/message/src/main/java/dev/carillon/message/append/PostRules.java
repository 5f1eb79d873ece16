package dev.carillon.message.append;

import dev.carillon.message.append.AppendQueue.Task;
import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.ConversationKind;
import dev.carillon.message.conversation.MessageError;
import dev.carillon.message.conversation.Place;
import dev.carillon.message.conversation.Profile;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.runtime.identity.ConversationIds;
import dev.carillon.runtime.identity.UserIds;
import java.util.Arrays;
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
    if (draft.profile() == null ? !begins(draft, task, post) : !admits(draft, task, post)) {
      return;
    }
    if (post.body().kind().refersToTarget() && !mayReferTo(draft, task, post)) {
      return;
    }
    append(draft, task, post);
  }

  private static void append(Draft draft, Task task, Change.Post post) {
    Place place = draft.append(post.key(), post.body(), post.traceparent());
    if (place == null) {
      return;
    }
    if (post.body().kind() == BodyKind.RECALL) {
      draft.recall(post.body().targetSeq(), place.seq());
    }
    draft.answer(task, new Outcome.Stored(place.seq(), place.prevSeq(), false));
  }

  private static boolean begins(Draft draft, Task task, Change.Post post) {
    if (!derivesFromPair(post)) {
      draft.refuse(task, MessageError.CONVERSATION_UNKNOWN, unknown(post));
      return false;
    }
    if (post.body().kind().refersToTarget()) {
      draft.refuse(task, MessageError.TARGET_UNKNOWN, target(post) + " (expected: a message)");
      return false;
    }
    draft.create(Profile.direct(post.sender(), post.directPeer()));
    return true;
  }

  private static boolean derivesFromPair(Change.Post post) {
    return UserIds.isValid(post.directPeer())
        && UserIds.isValid(post.sender())
        && Arrays.equals(
            ConversationIds.direct(post.sender(), post.directPeer()), post.conversation().bytes());
  }

  private static boolean admits(Draft draft, Task task, Change.Post post) {
    if (!names(draft.existing(), post)) {
      draft.refuse(task, MessageError.CONVERSATION_UNKNOWN, unknown(post));
      return false;
    }
    if (draft.roster().find(post.sender()).isEmpty()) {
      draft.refuse(
          task,
          MessageError.NOT_A_MEMBER,
          "sender: " + post.sender() + " (expected: a member of " + post.conversation() + ")");
      return false;
    }
    return true;
  }

  /// A sender who means a direct conversation must not end up in a group that somebody gave the
  /// same id, nor the reverse.
  private static boolean names(Profile profile, Change.Post post) {
    return post.directPeer().isEmpty()
        || (profile.kind() == ConversationKind.DIRECT
            && profile.peerOf(post.sender()).equals(post.directPeer()));
  }

  private static boolean mayReferTo(Draft draft, Task task, Change.Post post) {
    StoredMessage target = visibleTarget(draft, post);
    MessageError reason = MessageError.TARGET_NOT_ALLOWED;
    String expected;
    if (target == null) {
      reason = MessageError.TARGET_UNKNOWN;
      expected = "a message of this conversation";
    } else if (!target.body().kind().countable() || draft.recalled(target)) {
      expected = "a message with content that is not recalled";
    } else if (!isEntitled(draft, post, target)) {
      expected = "a message of " + post.sender();
    } else {
      return true;
    }
    draft.refuse(task, reason, target(post) + " (expected: " + expected + ")");
    return false;
  }

  private static @Nullable StoredMessage visibleTarget(Draft draft, Change.Post post) {
    long seq = post.body().targetSeq();
    boolean visible = draft.roster().find(post.sender()).filter(user -> user.sees(seq)).isPresent();
    return visible ? draft.target(seq) : null;
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

  private static String unknown(Change.Post post) {
    String pair = post.directPeer().isEmpty() ? "" : " with " + post.directPeer();
    return "conversation_id: "
        + post.conversation()
        + pair
        + " (expected: an existing conversation)";
  }

  private static String target(Change.Post post) {
    return "target_seq: " + post.body().targetSeq();
  }
}
