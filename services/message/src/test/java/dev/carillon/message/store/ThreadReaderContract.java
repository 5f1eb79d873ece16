package dev.carillon.message.store;

import static dev.carillon.message.store.ConversationStoreContract.ANN_BOB;
import static dev.carillon.message.store.ConversationStoreContract.TRIP;
import static dev.carillon.message.store.ConversationStoreContract.edit;
import static dev.carillon.message.store.ConversationStoreContract.first;
import static dev.carillon.message.store.ConversationStoreContract.group;
import static dev.carillon.message.store.ConversationStoreContract.message;
import static dev.carillon.message.store.ConversationStoreContract.next;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.append.AppendRig;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.ConversationKind;
import dev.carillon.message.conversation.Member;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.conversation.ThreadKey;
import dev.carillon.message.conversation.ThreadView;
import dev.carillon.message.store.ConversationStore.ConversationAppend;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What every reader of threads does.
abstract class ThreadReaderContract {
  /// The tables that the reader reads, empty.
  abstract ConversationStore store();

  /// The reader under test.
  abstract ThreadReader reader();

  @Test
  void showsThreadsAsTheirMembersSeeThem() {
    write(first(message(ANN_BOB, 1, 0, "ann", 1), message(ANN_BOB, 2, 1, "ann", 2)));
    ConversationAppend opened =
        group(List.of(new Member("ann", 1, 0, 0, 0), new Member("bob", 1, 1, 0, 1)));
    write(opened);
    write(next(opened.after(), message(TRIP, 2, 1, "ann", 2)));
    ThreadReader reader = reader();
    List<ConversationId> ids = List.of(ANN_BOB, TRIP, AppendRig.group(9));

    Map<ThreadKey, ThreadView> bob = reader.threads(keys("bob", ids));

    assertThat(bob)
        .isEqualTo(
            Map.of(
                new ThreadKey("bob", ANN_BOB),
                new ThreadView(ANN_BOB, ConversationKind.DIRECT, "", "ann", 2, 0, 0),
                new ThreadKey("bob", TRIP),
                new ThreadView(TRIP, ConversationKind.GROUP, "trip", "", 1, 0, 1)));
    assertThat(reader.threads(keys("eve", ids))).isEmpty();
    Map<ThreadView, List<StoredMessage>> newest = reader.newest(bob.values(), 1);
    assertThat(newest.get(bob.get(new ThreadKey("bob", ANN_BOB))))
        .extracting(StoredMessage::seq)
        .containsExactly(2L);
    assertThat(newest.get(bob.get(new ThreadKey("bob", TRIP))))
        .extracting(StoredMessage::seq)
        .containsExactly(1L);
    assertThat(reader.newest(bob.values(), 0)).isEmpty();
  }

  /// More users, and more threads, than one statement takes.
  @Test
  void showsThreadsOfManyUsersAtOnce() {
    List<String> users = IntStream.range(0, 20).mapToObj(i -> "user" + i).toList();
    List<Member> members =
        IntStream.range(0, 20)
            .mapToObj(i -> new Member(users.get(i), 1, i, i % 2, i == 19 ? 1 : 0))
            .toList();
    ConversationAppend opened = group(members);
    write(opened);
    write(next(opened.after(), message(TRIP, 2, 1, "user0", 2)));
    write(first(message(ANN_BOB, 1, 0, "ann", 1)));
    List<ThreadKey> keys = new ArrayList<>(keys("ann", List.of(ANN_BOB, TRIP)));
    users.forEach(user -> keys.addAll(keys(user, List.of(TRIP, ANN_BOB))));
    ThreadReader reader = reader();

    Map<ThreadKey, ThreadView> views = reader.threads(keys);
    Map<ThreadView, List<StoredMessage>> newest = reader.newest(views.values(), 5);

    assertThat(views).hasSize(21).containsKey(new ThreadKey("ann", ANN_BOB));
    for (int i = 0; i < 20; i++) {
      ThreadView view = Objects.requireNonNull(views.get(new ThreadKey(users.get(i), TRIP)));
      assertThat(view.visibleAfterSeq()).isEqualTo(i % 2);
      assertThat(view.leftSeq()).isEqualTo(i == 19 ? 1 : 0);
      assertThat(newest.getOrDefault(view, List.of()))
          .extracting(StoredMessage::seq)
          .isEqualTo(visible(i));
    }
  }

  @Test
  void withdrawsTheEditsOfARecalledMessage() {
    ConversationId other = AppendRig.direct("ann", "cid");
    for (ConversationId id : List.of(ANN_BOB, other)) {
      ConversationAppend one = first(message(id, 1, 0, "ann", 1));
      write(one);
      ConversationAppend edited = next(one.after(), edit(id, 2, 1));
      write(edited);
      ConversationAppend recall = next(edited.after(), message(id, 3, 2, "ann", 3));
      Map<Long, Long> recalls = id.equals(other) ? Map.of() : Map.of(1L, 3L);
      write(
          new ConversationAppend(
              recall.before(), recall.after(), recall.messages(), recalls, List.of()));
    }
    ThreadReader reader = reader();

    Map<ThreadKey, ThreadView> views = reader.threads(keys("ann", List.of(ANN_BOB, other)));
    Map<ThreadView, List<StoredMessage>> newest = reader.newest(views.values(), 2);

    assertThat(newest.get(views.get(new ThreadKey("ann", ANN_BOB))))
        .extracting(StoredMessage::recalledBySeq)
        .containsExactly(3L, 0L);
    assertThat(newest.get(views.get(new ThreadKey("ann", other))))
        .extracting(StoredMessage::recalledBySeq)
        .containsExactly(0L, 0L);
  }

  /// What the user of that number may read of two messages: every second one joined after the
  /// first, and the last one had left by then.
  private static List<Long> visible(int user) {
    if (user == 19) {
      return List.of();
    }
    return user % 2 == 0 ? List.of(1L, 2L) : List.of(2L);
  }

  private static List<ThreadKey> keys(String user, List<ConversationId> conversations) {
    return conversations.stream().map(conversation -> new ThreadKey(user, conversation)).toList();
  }

  private void write(ConversationAppend append) {
    store().append(List.of(append), () -> true);
  }
}
