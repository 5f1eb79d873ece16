package dev.carillon.message.store;

import static dev.carillon.message.store.ConversationStoreContract.ANN_BOB;
import static dev.carillon.message.store.ConversationStoreContract.edit;
import static dev.carillon.message.store.ConversationStoreContract.first;
import static dev.carillon.message.store.ConversationStoreContract.message;
import static dev.carillon.message.store.ConversationStoreContract.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.ConversationKind;
import dev.carillon.message.conversation.Head;
import dev.carillon.message.conversation.HistoryPolicy;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.Profile;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.store.ConversationStore.ConversationAppend;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.testing.RealMariaDb;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The conversation tables on a real database, as fan-out uses them.
final class MySqlFanOutStoreIT extends FanOutStoreContract {
  @RegisterExtension static final RealMariaDb mariaDb = new RealMariaDb(ConversationDatabase.NAME);

  private MySqlDatabase database;

  @BeforeEach
  void open() throws Exception {
    database = ConversationDatabase.open(mariaDb);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Override
  protected FanOutStore store() {
    return new MySqlFanOutStore(database, FailPoints.NONE);
  }

  @Override
  protected void open(ConversationId group, String... users) {
    List<Member> members = new ArrayList<>();
    for (String user : users) {
      members.add(new Member(user, 1, members.size(), 0, 0));
    }
    append(group, null, 1, members);
  }

  @Override
  protected void leave(ConversationId group, String user) {
    Head head = head(group);
    Member member =
        Objects.requireNonNull(tables().memberships(group, List.of(user)).get(user), user);
    append(group, head, 1, List.of(member.left(head.lastSeq() + 1)));
  }

  @Override
  protected void post(ConversationId group, int count) {
    if (count > 0) {
      append(group, head(group), count, List.of());
    }
  }

  @Test
  void bothPeopleOfADirectConversationAreItsRecipients() {
    ConversationAppend opened = first(message(ANN_BOB, 1, 0, "ann", 1));
    write(opened);

    assertThat(store().recipients(opened.after(), 0))
        .extracting(Member::userId)
        .containsExactly("ann", "bob");
  }

  @Test
  void withdrawsTheEditsOfARecalledMessage() {
    ConversationAppend one = first(message(ANN_BOB, 1, 0, "ann", 1));
    write(one);
    ConversationAppend edited = next(one.after(), edit(ANN_BOB, 2, 1));
    write(edited);
    ConversationAppend recall = next(edited.after(), message(ANN_BOB, 3, 2, "ann", 3));
    write(
        new ConversationAppend(
            recall.before(), recall.after(), recall.messages(), Map.of(1L, 3L), List.of()));

    assertThat(store().messages(ANN_BOB, 1, 10))
        .extracting(StoredMessage::recalledBySeq)
        .containsExactly(3L, 0L);
  }

  private Head head(ConversationId group) {
    return store().head(group).orElseThrow();
  }

  private void append(
      ConversationId group, @Nullable Head before, int count, List<Member> members) {
    long last = before == null ? 0 : before.lastSeq();
    List<StoredMessage> messages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      messages.add(message(group, last + i + 1, last + i, "ann", last + i + 1));
    }
    Profile profile =
        new Profile(ConversationKind.GROUP, "ann", "", "group", HistoryPolicy.FROM_JOIN);
    long fanned = before == null ? 0 : before.fannedSeq();
    Head after = new Head(group, profile, 1, last + count, last + count, fanned);
    write(new ConversationAppend(before, after, messages, Map.of(), members));
  }

  private ConversationStore tables() {
    return new MySqlConversationStore(database, FailPoints.NONE);
  }

  private void write(ConversationAppend append) {
    tables().append(List.of(append), () -> true);
  }
}
