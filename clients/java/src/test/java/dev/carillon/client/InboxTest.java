package dev.carillon.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.message.v1.ListMessagesResponse;
import dev.carillon.message.v1.SyncMailboxResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class InboxTest {
  private final FullStore cursors = new FullStore();
  private final List<Long> handed = new ArrayList<>();
  private final List<Throwable> errors = new ArrayList<>();
  private final List<ListMessagesResponse> answers = new ArrayList<>();
  private final Inbox inbox = new Inbox(cursors, new Listener(), InitialHistory.ALL, new Server());

  @Test
  void handsNothingOverTwiceWhileTheCursorStoreFails() {
    cursors.failures = 2;

    inbox.take(Messages.message(1, 0));
    inbox.take(Messages.message(2, 1));

    assertThat(handed).containsExactly(1L, 2L);
    assertThat(errors).hasSize(2).allMatch(UncheckedIOException.class::isInstance);
    assertThat(cursors.lastSeq(ConversationId.of(Messages.CONVERSATION.toByteArray()))).hasValue(2);
  }

  @Test
  void passesOverWhatIsNotVisibleAnyMoreAndWhatOfItHasWaited() {
    answers.add(ListMessagesResponse.newBuilder().setVisibleAfterSeq(90).build());
    inbox.take(Messages.message(14, 0));

    inbox.take(Messages.message(88, 87));
    inbox.take(Messages.message(89, 88));
    inbox.take(Messages.message(91, 90));

    assertThat(handed).containsExactly(14L, 91L);
  }

  @Test
  void passesOverWhatIsNotVisibleAnyMoreBetweenTwoPagesOfOnePull() {
    answers.add(
        ListMessagesResponse.newBuilder()
            .addMessages(Messages.message(2, 1))
            .setHasMore(true)
            .build());
    answers.add(
        ListMessagesResponse.newBuilder()
            .addMessages(Messages.message(8, 7))
            .setVisibleAfterSeq(7)
            .build());
    inbox.take(Messages.message(1, 0));

    inbox.take(Messages.message(9, 8));

    assertThat(handed).containsExactly(1L, 2L, 8L, 9L);
  }

  private final class Listener implements MessageListener {
    @Override
    public void onMessage(Message message) {
      handed.add(message.seq());
    }

    @Override
    public void onError(Throwable error) {
      errors.add(error);
    }
  }

  /// A server that gives the answers in turn, and then has nothing more to say.
  private final class Server implements Inbox.Source {
    @Override
    public ListMessagesResponse pull(
        ByteString conversationId, long afterSeq, long beforeSeq, int limit) {
      return answers.isEmpty() ? ListMessagesResponse.getDefaultInstance() : answers.removeFirst();
    }

    @Override
    public SyncMailboxResponse page(long afterVersion, ByteString token, int messagesPerThread) {
      return SyncMailboxResponse.getDefaultInstance();
    }
  }

  /// A cursor store that fails a few times before it remembers anything.
  private static final class FullStore implements CursorStore {
    private final InMemoryCursorStore store = new InMemoryCursorStore();
    private int failures;

    @Override
    public OptionalLong lastSeq(ConversationId conversationId) {
      return store.lastSeq(conversationId);
    }

    @Override
    public void processed(ConversationId conversationId, long seq) {
      if (failures > 0) {
        failures--;
        throw new UncheckedIOException("as told", new IOException("No space left on device"));
      }
      store.processed(conversationId, seq);
    }

    @Override
    public long mailboxVersion() {
      return store.mailboxVersion();
    }

    @Override
    public void completeUpTo(long mailboxVersion) {
      store.completeUpTo(mailboxVersion);
    }

    @Override
    public void forgetAllBut(Set<ConversationId> known) {
      store.forgetAllBut(known);
    }
  }
}
