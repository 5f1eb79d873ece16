package dev.carillon.message.mailbox;

import static dev.carillon.message.mailbox.MailboxStoreContract.conversation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.message.conversation.ConversationId;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What [MailboxUpdates] promise.
public abstract class MailboxUpdatesContract {
  /// For the tests of one implementation.
  protected MailboxUpdatesContract() {}

  /// The writer under test.
  protected abstract MailboxUpdates mailboxes();

  /// Makes the store fail, or ends that.
  protected abstract void setAway(boolean isAway);

  /// The newest message that the user's mailbox has of the conversation, 0 for none.
  protected abstract long lastSeq(String userId, ConversationId conversation);

  @Test
  final void reportsOnceThatAWholeBatchIsDurable() throws Exception {
    AtomicInteger durable = new AtomicInteger();

    mailboxes().submit(new MailboxUpdateBatch(updates(350, 7), durable::incrementAndGet));
    await().until(() -> durable.get() > 0);

    assertThat(durable).hasValue(1);
    assertThat(IntStream.range(0, 350))
        .allSatisfy(i -> assertThat(lastSeq("user-" + i, conversation(1))).isEqualTo(7));
  }

  @Test
  final void takesAnOfferOverThatIsSmall() {
    AtomicInteger durable = new AtomicInteger();

    assertThat(mailboxes().offer(new MailboxUpdateBatch(updates(1, 7), durable::incrementAndGet)))
        .isTrue();

    await().until(() -> durable.get() == 1);
    assertThat(lastSeq("user-0", conversation(1))).isEqualTo(7);
  }

  @Test
  final void nothingIsDurableWhileTheStoreIsAwayAndNothingIsLost() throws Exception {
    AtomicInteger durable = new AtomicInteger();
    setAway(true);

    mailboxes().submit(new MailboxUpdateBatch(updates(5, 7), durable::incrementAndGet));
    mailboxes().submit(new MailboxUpdateBatch(updates(5, 8), durable::incrementAndGet));
    assertThat(durable).hasValue(0);
    setAway(false);

    await().until(() -> durable.get() == 2);
    assertThat(lastSeq("user-4", conversation(1))).isEqualTo(8);
  }

  private static List<MailboxUpdate> updates(int users, long seq) {
    return IntStream.range(0, users)
        .mapToObj(i -> new MailboxUpdate("user-" + i, conversation(1), seq))
        .toList();
  }
}
