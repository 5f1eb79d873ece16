package dev.carillon.message.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.message.append.AppendRig;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.store.FakeConversationStore;
import dev.carillon.message.store.HistoryRange;
import dev.carillon.message.store.Ranges;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Reading history in both directions.
final class HistoryTest {
  private static final ConversationId ANN_BOB = AppendRig.direct("ann", "bob");

  private final AppendRig rig = new AppendRig(new FakeConversationStore());

  @BeforeEach
  void tenMessages() {
    for (int i = 0; i < 10; i++) {
      rig.stored(rig.post("ann", "bob", rig.newId(), "text " + i));
    }
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void readsTheNewestWithoutBounds() {
    assertThat(seqs(Ranges.newest(3))).containsExactly(8L, 9L, 10L);
    assertThat(read(Ranges.newest(3)).hasMore()).isTrue();
    assertThat(read(Ranges.newest(10)).hasMore()).isFalse();
  }

  @Test
  void readsBackwardsFromASeq() {
    assertThat(seqs(Ranges.before(5, 3))).containsExactly(2L, 3L, 4L);
    assertThat(read(Ranges.before(5, 3)).hasMore()).isTrue();
    assertThat(seqs(Ranges.before(3, 3))).containsExactly(1L, 2L);
    assertThat(read(Ranges.before(3, 3)).hasMore()).isFalse();
  }

  @Test
  void readsForwardsFromASeq() {
    assertThat(seqs(Ranges.after(5, 3))).containsExactly(6L, 7L, 8L);
    assertThat(read(Ranges.after(5, 3)).hasMore()).isTrue();
    assertThat(seqs(Ranges.after(8, 3))).containsExactly(9L, 10L);
    assertThat(read(Ranges.after(8, 3)).hasMore()).isFalse();
  }

  @Test
  void readsWhatLiesBetween() {
    assertThat(seqs(Ranges.between(2, 5, 50))).containsExactly(3L, 4L);
    assertThat(seqs(Ranges.between(5, 2, 50))).isEmpty();
  }

  @Test
  void showsStrangersNothing() {
    assertThatThrownBy(() -> rig.service.history(ANN_BOB, "eve", Ranges.newest(3)))
        .hasMessageContaining("NOT_A_MEMBER");
    assertThatThrownBy(() -> rig.service.history(AppendRig.group(7), "ann", Ranges.newest(3)))
        .hasMessageContaining("CONVERSATION_UNKNOWN");
  }

  private History read(HistoryRange range) {
    return rig.service.history(ANN_BOB, "bob", range);
  }

  private List<Long> seqs(HistoryRange range) {
    return read(range).messages().stream().map(StoredMessage::seq).toList();
  }
}
