package dev.carillon.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileCursorStoreTest {
  private static final ConversationId CONVERSATION = ConversationId.of(new byte[16]);

  @TempDir Path folder;

  @Test
  void remembersOverARestart() {
    try (FileCursorStore store = FileCursorStore.open(folder)) {
      assertThat(store.lastSeq(CONVERSATION)).isEmpty();
      store.processed(CONVERSATION, 3);
      store.processed(CONVERSATION, 5);
      store.completeUpTo(17);
    }
    try (FileCursorStore store = FileCursorStore.open(folder)) {
      assertThat(store.lastSeq(CONVERSATION)).hasValue(5);
      assertThat(store.mailboxVersion()).isEqualTo(17);
    }
  }

  @Test
  void doesNotCountALineThatACrashCutOff() throws IOException {
    try (FileCursorStore store = FileCursorStore.open(folder)) {
      store.processed(CONVERSATION, 3);
    }
    Files.writeString(
        folder.resolve("cursors"), CONVERSATION.hex() + " 99", StandardOpenOption.APPEND);
    try (FileCursorStore store = FileCursorStore.open(folder)) {
      assertThat(store.lastSeq(CONVERSATION)).hasValue(3);
    }
  }

  @Test
  void staysSmallHoweverOftenItIsWritten() throws IOException {
    try (FileCursorStore store = FileCursorStore.open(folder)) {
      for (int seq = 1; seq <= 5_000; seq++) {
        store.processed(CONVERSATION, seq);
      }
      assertThat(store.lastSeq(CONVERSATION)).hasValue(5_000);
    }
    assertThat(Files.readAllLines(folder.resolve("cursors"))).hasSizeLessThan(1_100);
  }

  @Test
  void keepsASecondUserOut() {
    FileCursorStore first = FileCursorStore.open(folder);
    assertThatThrownBy(() -> FileCursorStore.open(folder))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("in use");
    first.close();
    FileCursorStore.open(folder).close();
  }

  @Test
  void saysWhatIsWrongWithADamagedFile() throws IOException {
    FileCursorStore.open(folder).close();
    Files.writeString(folder.resolve("cursors"), "nonsense\n");
    assertThatThrownBy(() -> FileCursorStore.open(folder))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("nonsense");
  }

  @Test
  void forgetsEverythingWhenReset() {
    try (FileCursorStore store = FileCursorStore.open(folder)) {
      store.processed(CONVERSATION, 3);
      store.completeUpTo(4);
      store.reset();
      assertThat(store.lastSeq(CONVERSATION)).isEmpty();
      assertThat(store.mailboxVersion()).isZero();
    }
  }
}
