package dev.carillon.message.append;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.rig.Databases;
import dev.carillon.message.store.MySqlConversationStore;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.mysql.MySqlDatabase;
import dev.carillon.runtime.mysql.Schema;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.testing.RealMariaDb;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Two owners that both believe they own the same conversations: the rows of a real database
/// decide.
final class TwoOwnersIT {
  private static final String DATABASE = "carillon_conversation";
  private static final ConversationId ANN_BOB = AppendRig.direct("ann", "bob");
  private static final ConversationId TRIP = AppendRig.group(1);

  @RegisterExtension static final RealMariaDb mariaDb = new RealMariaDb(DATABASE);

  private final FakeSequence sequence = new FakeSequence();
  private MySqlDatabase database;
  private AppendRig one;
  private AppendRig other;

  @BeforeEach
  void open() throws Exception {
    database =
        MySqlDatabase.open(
            Databases.config(mariaDb, DATABASE), new Health(), Metrics.none(), System::nanoTime);
    Schema.of(MySqlConversationStore.class, "schema/conversation").migrate(database);
    one = new AppendRig(new MySqlConversationStore(database, FailPoints.NONE), sequence);
    other = new AppendRig(new MySqlConversationStore(database, FailPoints.NONE), sequence);
  }

  @AfterEach
  void close() {
    one.close();
    other.close();
    database.close();
  }

  @Test
  void keepOneChainWhileBothWrite() {
    List<CompletableFuture<Outcome>> answers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      answers.add(one.submit(one.post("ann", "bob", one.newId(), "one " + i)));
      answers.add(other.submit(other.post("bob", "ann", other.newId(), "other " + i)));
    }
    List<Long> seqs =
        answers.stream()
            .map(AppendRig::await)
            .filter(Outcome.Stored.class::isInstance)
            .map(outcome -> ((Outcome.Stored) outcome).seq())
            .sorted()
            .toList();

    List<StoredMessage> all = one.store.range(ANN_BOB, 0, Long.MAX_VALUE, false, 1_000);
    assertThat(all).extracting(StoredMessage::seq).isEqualTo(seqs).doesNotHaveDuplicates();
    long last = 0;
    for (StoredMessage message : all) {
      assertThat(message.prevSeq()).isEqualTo(last);
      last = message.seq();
    }
    assertThat(all.getLast().place().ordinal()).isEqualTo(all.size());
  }

  @Test
  void storeAMessageOnceThatBothAreGiven() {
    for (int i = 0; i < 20; i++) {
      Change.Post post = one.post("ann", "bob", one.newId(), "text " + i);
      CompletableFuture<Outcome> here = one.submit(post);
      CompletableFuture<Outcome> there = other.submit(post);
      Outcome.Stored first = (Outcome.Stored) AppendRig.await(here);
      Outcome.Stored second = (Outcome.Stored) AppendRig.await(there);
      assertThat(first.seq()).isEqualTo(second.seq());
      assertThat(List.of(first.duplicate(), second.duplicate())).containsOnlyOnce(false);
    }

    assertThat(one.store.range(ANN_BOB, 0, Long.MAX_VALUE, false, 100)).hasSize(20);
  }

  @Test
  void changeMembersOnceThoughBothAreAsked() {
    one.create(TRIP, "ann", "bob");
    for (int i = 0; i < 10; i++) {
      MessageKey removal = one.change(TRIP, "ann");
      List<CompletableFuture<Outcome.MembersChanged>> copies =
          Stream.of(one, other)
              .map(owner ->
                  CompletableFuture.supplyAsync(
                      () -> owner.service.removeMembers(removal, List.of("bob"))))
              .toList();
      List<Outcome.MembersChanged> outcomes = copies.stream().map(AppendRig::await).toList();
      assertThat(outcomes).extracting(Outcome.MembersChanged::duplicate).containsOnlyOnce(false);
      assertThat(outcomes).extracting(Outcome.MembersChanged::users).containsOnly(List.of("bob"));
      assertThat(outcomes.getFirst().seq()).isEqualTo(outcomes.getLast().seq());
      bothLook();
      other.add(TRIP, "ann", "bob");
      bothLook();
    }

    assertThat(one.store.range(TRIP, 0, Long.MAX_VALUE, false, 100)).hasSize(61);
  }

  @Test
  void seeMembersThatTheOtherRemoved() {
    one.create(TRIP, "ann", "bob");
    assertThat(other.stored(other.toGroup(TRIP, "bob", AppendRig.text("hello"))).seq())
        .isPositive();
    one.remove(TRIP, "ann", "bob");

    assertThat(other.refusal(other.toGroup(TRIP, "bob", AppendRig.text("still here"))))
        .isEqualTo("NOT_A_MEMBER");
  }

  @Test
  void doNotWaitForOneThatWasStoppedWithinATransaction() throws Exception {
    one.stored(one.post("ann", "bob", one.newId(), "hello"));
    Connection stopped = mariaDb.connect(DATABASE);
    try {
      stopped.setAutoCommit(false);
      PreparedStatement lock =
          stopped.prepareStatement(
              "SELECT last_seq FROM conversation WHERE conversation_id = ? FOR UPDATE");
      lock.setBytes(1, ANN_BOB.bytes());
      lock.executeQuery();

      assertThat(other.stored(other.post("bob", "ann", other.newId(), "hi")).prevSeq())
          .isEqualTo(1);
    } finally {
      // The server has ended it already, so it cannot be closed in good order.
      stopped.abort(Runnable::run);
    }
  }

  /// Lets both learn who is a member: a change that changes nothing is answered from memory.
  private void bothLook() {
    one.stored(one.toGroup(TRIP, "ann", AppendRig.text("one")));
    other.stored(other.toGroup(TRIP, "ann", AppendRig.text("other")));
  }
}
