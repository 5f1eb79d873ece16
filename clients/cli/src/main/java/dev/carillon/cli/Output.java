package dev.carillon.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.carillon.client.Content;
import dev.carillon.client.GroupChange;
import dev.carillon.client.Message;
import dev.carillon.client.SentMessage;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// Prints results on standard output: one JSON object per line, or one line of text for people.
final class Output {
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault());

  private final PrintWriter out;
  private final boolean json;

  Output(PrintWriter out, boolean json) {
    this.out = out;
    this.json = json;
  }

  void sent(SentMessage sent) {
    JsonObject line = new JsonObject();
    line.addProperty("conversation_id", sent.conversationId().hex());
    line.addProperty("seq", sent.seq());
    line.addProperty("prev_seq", sent.prevSeq());
    line.addProperty("client_message_id", sent.clientMessageId().hex());
    line.addProperty("level", sent.level());
    line.addProperty("duplicate", sent.duplicate());
    String known = sent.duplicate() ? " (it had been stored before)" : "";
    print(line, "stored as number " + sent.seq() + " of " + sent.conversationId() + known);
  }

  /// A message of the one conversation that was asked for.
  void message(Message message) {
    message(message, "");
  }

  /// A message of any conversation; the line for people names the conversation.
  void arrived(Message message, String me) {
    message(message, "(" + place(message, me) + ") ");
  }

  /// The name of a message's conversation for people: the other user in a direct conversation that
  /// the message shows, else the conversation's id. Ids of direct conversations begin with a 1 bit.
  static String place(Message message, String me) {
    boolean direct = message.conversationId().bytes()[0] < 0;
    return direct && !message.sender().equals(me)
        ? message.sender()
        : message.conversationId().hex();
  }

  private void message(Message message, String where) {
    JsonObject line = new JsonObject();
    line.addProperty("conversation_id", message.conversationId().hex());
    line.addProperty("seq", message.seq());
    line.addProperty("prev_seq", message.prevSeq());
    line.addProperty("sender", message.sender());
    line.addProperty("client_message_id", message.clientMessageId().hex());
    content(line, message.content());
    line.addProperty("stored_at", message.storedAt().toString());
    print(line, where + numbered(message));
  }

  void version(long version) {
    JsonObject line = new JsonObject();
    line.addProperty("version", version);
    print(line, "complete up to version " + version);
  }

  /// The members who were really added or removed; a change that changed nothing has no number.
  void changed(GroupChange change, String what) {
    changed(change, what, Optional.empty());
  }

  /// A user who left: `removed` in JSON, "left" in the line for people.
  void left(GroupChange change) {
    String words = change.userIds().isEmpty() ? "you were not a member" : "you left";
    changed(change, "removed", Optional.of(words));
  }

  private void changed(GroupChange change, String what, Optional<String> words) {
    boolean changed = !change.userIds().isEmpty();
    JsonObject line = new JsonObject();
    line.addProperty("conversation_id", change.conversationId().hex());
    line.addProperty("changed", changed);
    if (changed) {
      line.addProperty("seq", change.seq());
    }
    line.add(what, array(change.userIds()));
    line.addProperty("duplicate", change.duplicate());
    String who =
        changed ? what + " " + String.join(", ", change.userIds()) : "no member was " + what;
    print(line, change.conversationId() + ": " + words.orElse(who) + known(change));
  }

  void members(GroupChange list) {
    JsonObject line = new JsonObject();
    line.addProperty("conversation_id", list.conversationId().hex());
    line.add("members", array(list.userIds()));
    print(line, list.conversationId() + ": members " + String.join(", ", list.userIds()));
  }

  void created(GroupChange change, String title, List<String> members) {
    JsonObject line = new JsonObject();
    line.addProperty("conversation_id", change.conversationId().hex());
    line.addProperty("seq", change.seq());
    line.addProperty("title", title);
    line.add("members", array(members));
    line.addProperty("duplicate", change.duplicate());
    print(line, "created group " + change.conversationId() + known(change));
  }

  private static String known(GroupChange change) {
    return change.duplicate() ? " (it had been done before)" : "";
  }

  /// A message as one line of text with its number, which edits, recalls and reactions name.
  static String numbered(Message message) {
    return "#" + message.seq() + "  " + forPeople(message);
  }

  /// A message as one line of text.
  static String forPeople(Message message) {
    return CLOCK.format(message.storedAt())
        + "  "
        + message.sender()
        + ": "
        + (message.content() instanceof Content.Membership change
            ? "[" + membership(change, message.sender()) + "]"
            : words(message.content()));
  }

  private static String words(Content content) {
    return switch (content) {
      case Content.Text text -> text.text();
      case Content.Binary binary ->
          "[" + binary.mediaType() + ", " + binary.data().length + " bytes]";
      case Content.Custom custom -> "[" + custom.type() + ", " + custom.data().length + " bytes]";
      case Content.Media media -> "[" + media.mediaType() + " " + media.mediaId() + "]";
      case Content.Edit edit ->
          "[changed message " + edit.targetSeq() + "] " + words(edit.content());
      case Content.Recall recall -> "[recalled message " + recall.targetSeq() + "]";
      case Content.Reaction reaction ->
          (reaction.removed() ? "[took back " : "[reacted ")
              + reaction.reaction()
              + " to message "
              + reaction.targetSeq()
              + "]";
      case Content.Membership change -> "[" + membership(change, "") + "]";
      case Content.Recalled recalled -> "[recalled]";
      case Content.Unknown unknown -> "[content that this release does not know]";
    };
  }

  private static String membership(Content.Membership change, String by) {
    String joined = change.added().isEmpty() ? "" : "joined: " + String.join(", ", change.added());
    String verb = change.removed().equals(List.of(by)) ? "left: " : "removed: ";
    String left = change.removed().isEmpty() ? "" : verb + String.join(", ", change.removed());
    String both = joined + (joined.isEmpty() || left.isEmpty() ? "" : "; ") + left;
    return both.isEmpty() ? "members as before" : both;
  }

  private static void content(JsonObject line, Content content) {
    switch (content) {
      case Content.Text text -> line.addProperty("text", text.text());
      case Content.Binary binary -> {
        line.addProperty("kind", "binary");
        line.addProperty("media_type", binary.mediaType());
        line.addProperty("data", Base64.getEncoder().encodeToString(binary.data()));
      }
      case Content.Custom custom -> {
        line.addProperty("kind", "custom");
        line.addProperty("type", custom.type());
        line.addProperty("data", Base64.getEncoder().encodeToString(custom.data()));
      }
      case Content.Media media -> {
        line.addProperty("kind", "media");
        line.addProperty("media_id", media.mediaId());
        line.addProperty("media_type", media.mediaType());
        line.addProperty("size", media.size());
        line.addProperty("caption", media.caption());
      }
      case Content.Edit edit -> {
        line.addProperty("kind", "edit");
        line.addProperty("target_seq", edit.targetSeq());
        JsonObject changed = new JsonObject();
        content(changed, edit.content());
        line.add("content", changed);
      }
      case Content.Recall recall -> {
        line.addProperty("kind", "recall");
        line.addProperty("target_seq", recall.targetSeq());
      }
      case Content.Reaction reaction -> {
        line.addProperty("kind", "reaction");
        line.addProperty("target_seq", reaction.targetSeq());
        line.addProperty("reaction", reaction.reaction());
        line.addProperty("removed", reaction.removed());
      }
      case Content.Membership change -> {
        line.addProperty("kind", "membership");
        line.add("added", array(change.added()));
        line.add("removed", array(change.removed()));
      }
      case Content.Recalled recalled -> {
        line.addProperty("kind", "recalled");
        line.addProperty("recall_seq", recalled.recallSeq());
      }
      case Content.Unknown unknown -> line.addProperty("kind", "unknown");
    }
  }

  private static JsonArray array(List<String> texts) {
    JsonArray array = new JsonArray();
    texts.forEach(array::add);
    return array;
  }

  private synchronized void print(JsonObject line, String text) {
    out.println(json ? line.toString() : text);
    out.flush();
  }
}
