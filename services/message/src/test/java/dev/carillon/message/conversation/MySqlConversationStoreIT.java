package dev.carillon.message.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.conversation.ConversationStore.AppendResult;
import dev.carillon.message.conversation.ConversationStore.ConversationAppend;
import dev.carillon.message.rig.Databases;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.mysql.MySqlException;
import dev.carillon.runtime.mysql.Schema;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.testing.RealMariaDb;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The conversation tables on a real database, as the append path, fan-out and sync use them.
final class MySqlConversationStoreIT extends ConversationStoreContract {
  private static final String DATABASE = "carillon_conversation";

  @RegisterExtension static final RealMariaDb mariaDb = new RealMariaDb(DATABASE);

  private MySqlDatabase database;

  @BeforeEach
  void open() throws Exception {
    database =
        MySqlDatabase.open(Databases.config(mariaDb, DATABASE), new Health(), Metrics.none());
    Schema.of(MySqlConversationStore.class, "schema/conversation").migrate(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Override
  ConversationStore store() {
    return new MySqlConversationStore(database, FailPoints.NONE);
  }

  @Test
  void remembersWhatIsNotFannedOut() {
    Head head = first(message(ANN_BOB, 1, 0, "ann", 1)).after();
    write(first(message(ANN_BOB, 1, 0, "ann", 1)));
    FanOutStore marks = new MySqlFanOutStore(database, 2, FailPoints.NONE);
    int slot = Slots.of(ANN_BOB.bytes());

    assertThat(marks.pending(slot, Optional.empty(), 10)).containsExactly(head);
    assertThat(marks.pending(slot, Optional.of(ANN_BOB), 10)).isEmpty();
    assertThat(marks.pending((slot + 1) % Slots.COUNT, Optional.empty(), 10)).isEmpty();
    assertThat(marks.messages(ANN_BOB, 0, 10)).hasSize(1);
    assertThat(marks.messages(ANN_BOB, 1, 10)).isEmpty();
    assertThat(marks.recipients(head, 0)).extracting(Member::userId).containsExactly("ann", "bob");
  }

  @Test
  void movesMarksForwardOnlyAndClearsWhatIsComplete() {
    ConversationAppend one =
        first(message(ANN_BOB, 1, 0, "ann", 1), message(ANN_BOB, 2, 1, "ann", 2));
    ConversationAppend two = first(message(AppendRig.direct("cid", "dan"), 1, 0, "cid", 1));
    write(one);
    write(two);
    FanOutStore marks = new MySqlFanOutStore(database, 2, FailPoints.NONE);

    marks.mark(List.of(new FanOutMark(ANN_BOB, 1), new FanOutMark(two.after().id(), 1)));

    assertThat(pending(marks, ANN_BOB)).hasSize(1);
    assertThat(pending(marks, two.after().id())).isEmpty();
    assertThat(marks.head(ANN_BOB).orElseThrow().fannedSeq()).isEqualTo(1);
    marks.mark(List.of(new FanOutMark(ANN_BOB, 2)));
    marks.mark(List.of(new FanOutMark(ANN_BOB, 1)));
    assertThat(pending(marks, ANN_BOB)).isEmpty();
    assertThat(marks.head(ANN_BOB).orElseThrow().fannedSeq()).isEqualTo(2);
    write(next(one.after(), message(ANN_BOB, 3, 2, "ann", 3)));
    assertThat(pending(marks, ANN_BOB)).hasSize(1);
  }

  @Test
  void marksManyConversationsAtOnce() {
    FanOutStore marks = new MySqlFanOutStore(database, 4, FailPoints.NONE);
    List<FanOutMark> all = new ArrayList<>();
    List<ConversationAppend> appends = new ArrayList<>();
    for (int i = 0; i < 250; i++) {
      ConversationId id = new ConversationId(i * 0x1234_5678_9abcL, i);
      appends.add(first(message(id, i + 1, 0, "ann", 1)));
      all.add(new FanOutMark(id, i + 1));
    }

    write(appends.toArray(ConversationAppend[]::new));
    marks.mark(all);

    assertThat(all)
        .allSatisfy(mark -> {
          assertThat(marks.head(mark.conversation()).orElseThrow().fannedSeq())
              .isEqualTo(mark.fannedSeq());
          assertThat(pending(marks, mark.conversation())).isEmpty();
        });
  }

  @Test
  void tellsFanOutWhoLeftAfterTheMark() {
    Member ann = new Member("ann", 1, 0, 0, 0);
    Member bob = new Member("bob", 1, 1, 0, 0);
    ConversationAppend opened = group(List.of(ann, bob.left(1), new Member("cid", 1, 2, 0, 5)));
    write(opened);
    FanOutStore marks = new MySqlFanOutStore(database, 2, FailPoints.NONE);

    assertThat(marks.recipients(opened.after(), 1))
        .extracting(Member::userId)
        .containsExactly("ann", "cid");
  }

  @Test
  void showsThreadsAsTheirMembersSeeThem() {
    write(first(message(ANN_BOB, 1, 0, "ann", 1), message(ANN_BOB, 2, 1, "ann", 2)));
    ConversationAppend opened =
        group(List.of(new Member("ann", 1, 0, 0, 0), new Member("bob", 1, 1, 0, 1)));
    write(opened);
    write(next(opened.after(), message(TRIP, 2, 1, "ann", 2)));
    ThreadReader reader = new MySqlThreadReader(database);
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
    ThreadReader reader = new MySqlThreadReader(database);

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
  void writesNothingWhenTheDatabaseIsLostBeforeTheCommit() {
    ConversationStore failing =
        new MySqlConversationStore(database, losingTheDatabase(MessageStep.APPEND_BEFORE_COMMIT));

    assertThat(failing.append(List.of(first(message(ANN_BOB, 1, 0, "ann", 1))), () -> true))
        .isInstanceOf(AppendResult.Failed.class);

    assertThat(store().heads(List.of(ANN_BOB))).isEmpty();
  }

  @Test
  void doesNotKnowWhatBecameOfACommitWhoseAnswerIsLost() {
    ConversationStore failing =
        new MySqlConversationStore(database, losingTheDatabase(MessageStep.APPEND_AFTER_COMMIT));

    assertThat(failing.append(List.of(first(message(ANN_BOB, 1, 0, "ann", 1))), () -> true))
        .isInstanceOf(AppendResult.Unknown.class);

    assertThat(store().heads(List.of(ANN_BOB))).hasSize(1);
  }

  private static FailPoints losingTheDatabase(MessageStep step) {
    return point -> {
      if (point.equals(step)) {
        throw MySqlException.lost(point.title());
      }
    };
  }

  @Test
  void withdrawsEditsForSyncAndForFanOutAsWell() {
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
    ThreadReader reader = new MySqlThreadReader(database);
    FanOutStore fanOut = new MySqlFanOutStore(database, 2, FailPoints.NONE);

    Map<ThreadKey, ThreadView> views = reader.threads(keys("ann", List.of(ANN_BOB, other)));
    Map<ThreadView, List<StoredMessage>> newest = reader.newest(views.values(), 2);

    assertThat(newest.get(views.get(new ThreadKey("ann", ANN_BOB))))
        .extracting(StoredMessage::recalledBySeq)
        .containsExactly(3L, 0L);
    assertThat(newest.get(views.get(new ThreadKey("ann", other))))
        .extracting(StoredMessage::recalledBySeq)
        .containsExactly(0L, 0L);
    assertThat(fanOut.messages(ANN_BOB, 1, 10))
        .extracting(StoredMessage::recalledBySeq)
        .containsExactly(3L, 0L);
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

  private static List<Head> pending(FanOutStore marks, ConversationId conversation) {
    return marks.pending(Slots.of(conversation.bytes()), Optional.empty(), 10).stream()
        .filter(head -> head.id().equals(conversation))
        .toList();
  }
}
