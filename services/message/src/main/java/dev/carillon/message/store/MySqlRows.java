package dev.carillon.message.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.ClientMessageId;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.ConversationKind;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.HistoryPolicy;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.MessageBody;
import dev.carillon.message.conversation.MessageRef;
import dev.carillon.message.conversation.Place;
import dev.carillon.message.conversation.Profile;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.runtime.mysql.Row;
import dev.carillon.runtime.slots.Slots;
import org.jspecify.annotations.Nullable;

/// How the records of a conversation look as rows of the tables of `schema/conversation`.
final class MySqlRows {
  static final String HEADS =
      "conversation_id, kind, owner, peer, title, history_policy, first_seq, last_seq,"
          + " message_count, fanned_seq FROM conversation";
  static final String MESSAGE_COLUMNS =
      "conversation_id, seq, prev_seq, ordinal, sender, client_message_id, kind, target_seq,"
          + " recalled_by_seq, stored_at, body";
  static final String MEMBER_COLUMNS =
      "conversation_id, user_id, join_seq, join_index, visible_after_seq, left_seq";

  static final String MESSAGES = MESSAGE_COLUMNS + " FROM message";
  static final String MEMBERS = MEMBER_COLUMNS + " FROM member";

  private MySqlRows() {}

  static ConversationId conversation(Row row) {
    return ConversationId.of(row.bytes("conversation_id"));
  }

  static MessageRef ref(Row row) {
    return new MessageRef(conversation(row), row.number("seq"));
  }

  static Head head(Row row) {
    Profile profile =
        new Profile(
            row.integer("kind") == 1 ? ConversationKind.DIRECT : ConversationKind.GROUP,
            text(row, "owner"),
            text(row, "peer"),
            text(row, "title"),
            row.integer("history_policy") == 2 ? HistoryPolicy.ALL : HistoryPolicy.FROM_JOIN);
    return new Head(
        conversation(row),
        profile,
        row.number("first_seq"),
        row.number("last_seq"),
        row.number("message_count"),
        row.number("fanned_seq"));
  }

  static StoredMessage message(Row row) {
    return new StoredMessage(
        conversation(row),
        new Place(row.number("seq"), row.number("prev_seq"), row.number("ordinal")),
        text(row, "sender"),
        ClientMessageId.of(row.bytes("client_message_id")),
        row.instant("stored_at"),
        new MessageBody(
            BodyKind.ofCode(row.integer("kind")), row.number("target_seq"), row.bytes("body")),
        row.number("recalled_by_seq"));
  }

  static Member member(Row row) {
    return new Member(
        text(row, "user_id"),
        row.number("join_seq"),
        row.integer("join_index"),
        row.number("visible_after_seq"),
        row.optionalNumber("left_seq").orElse(0L));
  }

  /// The values of all columns of a head row, marked as pending, in the order of the INSERT in
  /// [MySqlConversationStore]: the head after the append. In the row of a head that exists already,
  /// `first_seq` carries the `last_seq` that it is believed to have now.
  static @Nullable Object[] headValues(ConversationStore.ConversationAppend append) {
    Head head = append.after();
    Head before = append.before();
    Profile profile = head.profile();
    byte[] id = head.id().bytes();
    return new @Nullable Object[] {
      id,
      Slots.of(id),
      profile.kind() == ConversationKind.DIRECT ? 1 : 2,
      profile.owner().getBytes(UTF_8),
      profile.peer().getBytes(UTF_8),
      profile.title().getBytes(UTF_8),
      profile.historyPolicy() == HistoryPolicy.ALL ? 2 : 1,
      before == null ? head.firstSeq() : before.lastSeq(),
      head.lastSeq(),
      head.messageCount(),
      head.fannedSeq(),
      1,
      append.messages().getLast().storedAt()
    };
  }

  static @Nullable Object[] messageValues(StoredMessage message) {
    return new @Nullable Object[] {
      message.conversation().bytes(),
      message.seq(),
      message.prevSeq(),
      message.place().ordinal(),
      message.sender().getBytes(UTF_8),
      message.clientMessageId().bytes(),
      message.body().kind().code(),
      message.body().targetSeq(),
      message.recalledBySeq(),
      message.storedAt(),
      message.body().bytes()
    };
  }

  static @Nullable Object[] memberValues(ConversationId conversation, Member member) {
    return new @Nullable Object[] {
      conversation.bytes(),
      member.userId().getBytes(UTF_8),
      member.joinSeq(),
      member.joinIndex(),
      member.visibleAfterSeq(),
      member.present() ? null : member.leftSeq()
    };
  }

  private static String text(Row row, String column) {
    return new String(row.bytes(column), UTF_8);
  }
}
