package dev.carillon.message.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.append.AppendRig;
import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.ClientMessageId;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.MessageBody;
import dev.carillon.message.conversation.Place;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.store.ConversationStoreContract;
import dev.carillon.message.store.FakeConversationStore;
import dev.carillon.message.store.HistoryRange;
import dev.carillon.message.store.Ranges;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Reading history whose messages are so large that a page ends before its limit.
final class LargeHistoryTest {
  private static final ConversationId ANN_BOB = AppendRig.direct("ann", "bob");
  private static final int PAGE_BYTES = 2 << 20;
  private static final int LIMIT = 200;

  private final FakeConversationStore store = new FakeConversationStore();
  private final AppendRig rig = new AppendRig(store);

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void losesNothingForwards() {
    store(mixed(300));
    List<Long> read = new ArrayList<>();
    int shortPages = 0;

    History page = read(Ranges.after(0, LIMIT));
    while (page.hasMore()) {
      assertThat(bytes(page)).isLessThanOrEqualTo(PAGE_BYTES);
      shortPages += page.messages().size() < LIMIT ? 1 : 0;
      read.addAll(seqs(page));
      page = read(Ranges.after(read.getLast(), LIMIT));
    }
    read.addAll(seqs(page));

    assertThat(shortPages).isGreaterThan(3);
    assertThat(read).containsExactlyElementsOf(LongStream.rangeClosed(1, 300).boxed().toList());
  }

  @Test
  void losesNothingBackwards() {
    store(mixed(300));
    List<Long> read = new ArrayList<>();
    int shortPages = 0;

    History page = read(Ranges.newest(LIMIT));
    while (page.hasMore()) {
      assertThat(bytes(page)).isLessThanOrEqualTo(PAGE_BYTES);
      shortPages += page.messages().size() < LIMIT ? 1 : 0;
      read.addAll(0, seqs(page));
      page = read(Ranges.before(read.getFirst(), LIMIT));
    }
    read.addAll(0, seqs(page));

    assertThat(shortPages).isGreaterThan(3);
    assertThat(read).containsExactlyElementsOf(LongStream.rangeClosed(1, 300).boxed().toList());
  }

  @Test
  void servesAMessageLargerThanAPageAlone() {
    store(new int[] {10, PAGE_BYTES + 1, 10});

    assertThat(seqs(read(Ranges.after(0, LIMIT)))).containsExactly(1L);
    assertThat(seqs(read(Ranges.after(1, LIMIT)))).containsExactly(2L);
    assertThat(seqs(read(Ranges.after(2, LIMIT)))).containsExactly(3L);
    assertThat(seqs(read(Ranges.newest(LIMIT)))).containsExactly(3L);
    assertThat(seqs(read(Ranges.before(3, LIMIT)))).containsExactly(2L);
    assertThat(seqs(read(Ranges.before(2, LIMIT)))).containsExactly(1L);
    assertThat(read(Ranges.before(3, LIMIT)).hasMore()).isTrue();
    assertThat(read(Ranges.before(2, LIMIT)).hasMore()).isFalse();
    assertThat(read(Ranges.after(2, LIMIT)).hasMore()).isFalse();
  }

  @Test
  void fillsAPageToTheLastByte() {
    store(new int[] {PAGE_BYTES / 2, PAGE_BYTES / 2, 1});

    assertThat(seqs(read(Ranges.after(0, LIMIT)))).containsExactly(1L, 2L);
    assertThat(seqs(read(Ranges.newest(LIMIT)))).containsExactly(2L, 3L);
    assertThat(seqs(read(Ranges.before(3, LIMIT)))).containsExactly(1L, 2L);
    assertThat(read(Ranges.before(3, LIMIT)).hasMore()).isFalse();
  }

  private static int[] mixed(int count) {
    int[] sizes = new int[count];
    for (int i = 0; i < count; i++) {
      sizes[i] = i % 3 == 0 ? 100 : 64 << 10;
    }
    return sizes;
  }

  private void store(int[] sizes) {
    StoredMessage[] messages = new StoredMessage[sizes.length];
    for (int i = 0; i < sizes.length; i++) {
      messages[i] =
          new StoredMessage(
              ANN_BOB,
              new Place(i + 1, i, i + 1),
              "ann",
              new ClientMessageId(3, i),
              Instant.EPOCH,
              MessageBody.of(BodyKind.BINARY, new byte[sizes[i]]),
              0);
    }
    store.append(List.of(ConversationStoreContract.first(messages)), () -> true);
  }

  private History read(HistoryRange range) {
    return rig.service.history(ANN_BOB, "bob", range);
  }

  private static List<Long> seqs(History page) {
    return page.messages().stream().map(StoredMessage::seq).toList();
  }

  private static long bytes(History page) {
    return page.messages().stream().mapToLong(message -> message.body().bytes().length).sum();
  }
}
