package dev.carillon.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
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
  void keepsAnotherProcessOut() throws Exception {
    try (FileCursorStore store = FileCursorStore.open(folder)) {
      assertThat(anotherProcessCanOpen()).isFalse();
      assertThatThrownBy(() -> FileCursorStore.open(folder.resolve("../" + folder.getFileName())))
          .isInstanceOf(IllegalStateException.class);
      assertThat(anotherProcessCanOpen()).as("after a second open was refused").isFalse();
      store.processed(CONVERSATION, 1);
    }
    assertThat(anotherProcessCanOpen()).isTrue();
  }

  @Test
  void leavesNoHalfLineWhenTheDiskIsFull() {
    FullDisk disk = new FullDisk();
    try (FileCursorStore store = FileCursorStore.open(folder, disk)) {
      store.processed(CONVERSATION, 3);
      disk.leave(10);
      assertThatThrownBy(() -> store.processed(CONVERSATION, 4))
          .isInstanceOf(UncheckedIOException.class);
      assertThat(store.lastSeq(CONVERSATION)).hasValue(3);
      disk.leave(Long.MAX_VALUE);
      store.completeUpTo(8);
    }
    assertRemembered(3, 8);
  }

  @Test
  void writesNothingAfterAHalfLineThatCannotBeTakenBack() {
    FullDisk disk = new FullDisk();
    try (FileCursorStore store = FileCursorStore.open(folder, disk)) {
      store.processed(CONVERSATION, 3);
      disk.leave(10);
      disk.truncates(false);
      assertThatThrownBy(() -> store.processed(CONVERSATION, 4))
          .isInstanceOf(UncheckedIOException.class);
      disk.leave(Long.MAX_VALUE);
      assertThatThrownBy(() -> store.completeUpTo(8)).isInstanceOf(UncheckedIOException.class);
    }
    assertRemembered(3, 0);
  }

  @Test
  void goesOnWhenThereIsNoRoomToRewrite() {
    FullDisk disk = new FullDisk();
    int untilGrown = 1_010;
    try (FileCursorStore store = FileCursorStore.open(folder, disk)) {
      for (int seq = 1; seq <= untilGrown; seq++) {
        disk.leave(CONVERSATION.hex().length() + 1L + Integer.toString(seq).length() + 1);
        store.processed(CONVERSATION, seq);
      }
      disk.leave(Long.MAX_VALUE);
      store.completeUpTo(8);
    }
    assertRemembered(untilGrown, 8);
  }

  @Test
  void changesNothingWhenItCannotBeReset() {
    FullDisk disk = new FullDisk();
    try (FileCursorStore store = FileCursorStore.open(folder, disk)) {
      store.processed(CONVERSATION, 3);
      disk.leave(0);
      assertThatThrownBy(store::reset).isInstanceOf(UncheckedIOException.class);
      assertThat(store.lastSeq(CONVERSATION)).hasValue(3);
      disk.leave(Long.MAX_VALUE);
      store.completeUpTo(8);
    }
    assertRemembered(3, 8);
  }

  @Test
  void goesOnAfterAnInterruptClosedItsFile() {
    try (FileCursorStore store = FileCursorStore.open(folder)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> store.processed(CONVERSATION, 3))
          .isInstanceOf(UncheckedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
      store.processed(CONVERSATION, 4);
    }
    assertRemembered(4, 0);
  }

  @Test
  void saysThatItIsClosed() {
    FileCursorStore store = FileCursorStore.open(folder);
    store.close();
    store.close();
    assertThatThrownBy(() -> store.processed(CONVERSATION, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
    assertThatThrownBy(store::reset).isInstanceOf(IllegalStateException.class);
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

  @Test
  void forgetsTheConversationsOfARestoredServer() {
    ConversationId lost = ConversationId.random();
    try (FileCursorStore store = FileCursorStore.open(folder)) {
      store.processed(CONVERSATION, 3);
      store.processed(lost, 4);
      store.completeUpTo(8);
      store.forgetAllBut(Set.of(CONVERSATION));
    }
    assertRemembered(3, 8);
    try (FileCursorStore store = FileCursorStore.open(folder)) {
      assertThat(store.lastSeq(lost)).isEmpty();
    }
  }

  private void assertRemembered(long seq, long version) {
    try (FileCursorStore store = FileCursorStore.open(folder)) {
      assertThat(store.lastSeq(CONVERSATION)).hasValue(seq);
      assertThat(store.mailboxVersion()).isEqualTo(version);
    }
  }

  private boolean anotherProcessCanOpen() throws IOException, InterruptedException {
    String classes =
        location(FileCursorStore.class) + File.pathSeparator + location(FileCursorStoreTest.class);
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classes,
                OtherProcess.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(other.waitFor()).as(said).isIn(0, OtherProcess.REFUSED);
    return other.exitValue() == 0;
  }

  private static Path location(Class<?> of) {
    return Path.of(URI.create(of.getProtectionDomain().getCodeSource().getLocation().toString()));
  }

  /// Another process that wants the store; it ends with 0 when it got it.
  static final class OtherProcess {
    static final int REFUSED = 9;

    private OtherProcess() {}

    public static void main(String[] arguments) {
      try (FileCursorStore store = FileCursorStore.open(Path.of(arguments[0]))) {
        System.out.println(store.mailboxVersion());
      } catch (IllegalStateException inUse) {
        System.exit(REFUSED);
      }
    }
  }
}
