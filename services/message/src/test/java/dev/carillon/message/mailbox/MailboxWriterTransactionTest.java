package dev.carillon.message.mailbox;

import static dev.carillon.message.mailbox.MailboxStoreContract.conversation;
import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.runtime.batch.BatchLoop.Next;
import dev.carillon.runtime.telemetry.Metrics;
import dev.carillon.testing.FakeClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a writer does with a batch, without its thread.
final class MailboxWriterTransactionTest {
  private final InMemoryMailboxStore store = new InMemoryMailboxStore();
  private final MailboxWriter.Transaction transaction =
      new MailboxWriter.Transaction(store, new FakeClock().ticker(), Metrics.none());
  private final List<String> durable = new ArrayList<>();

  @Test
  void writesTheNewestUpdateOfEachThreadInTheOrderOfUsers() {
    assertThat(transaction.run(List.of(part("bob", 2), part("ann", 3), part("bob", 1))))
        .isEqualTo(Next.WHEN_QUEUED);

    assertThat(store.transactions()).containsExactly(List.of(update("ann", 3), update("bob", 2)));
    assertThat(durable).containsExactly("bob 2", "ann 3", "bob 1");
  }

  @Test
  void isRepeatedAfterGrowingDelaysUntilItSucceeds() {
    store.setAway(true);
    List<Next> answers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      answers.add(transaction.run(List.of(part("ann", 1))));
    }
    assertThat(answers)
        .allSatisfy(answer ->
            assertThat(answer)
                .isInstanceOfSatisfying(
                    Next.Retry.class,
                    retry ->
                        assertThat(retry.delay())
                            .isPositive()
                            .isLessThanOrEqualTo(Duration.ofSeconds(1))));
    assertThat(durable).isEmpty();

    store.setAway(false);

    assertThat(transaction.run(List.of(part("ann", 1)))).isEqualTo(Next.WHEN_QUEUED);
    assertThat(durable).containsExactly("ann 1");
  }

  @Test
  void isRepeatedAfterAnError() {
    store.failOnce();
    assertThat(transaction.run(List.of(part("ann", 1)))).isInstanceOf(Next.Retry.class);
    assertThat(durable).isEmpty();

    assertThat(transaction.run(List.of(part("ann", 1)))).isEqualTo(Next.WHEN_QUEUED);
    assertThat(durable).containsExactly("ann 1");
  }

  @Test
  void writesNothingForAnEmptyBatch() {
    assertThat(transaction.run(List.of())).isEqualTo(Next.WHEN_QUEUED);
    assertThat(store.transactions()).isEmpty();
  }

  private MailboxWriter.Part part(String user, long seq) {
    List<MailboxUpdate> updates = List.of(update(user, seq));
    return new MailboxWriter.Part(
        updates, new MailboxUpdateBatch(updates, () -> durable.add(user + " " + seq)));
  }

  private static MailboxUpdate update(String user, long seq) {
    return new MailboxUpdate(user, conversation(1), seq);
  }
}
