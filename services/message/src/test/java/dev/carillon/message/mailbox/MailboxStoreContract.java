package dev.carillon.message.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.conversation.ConversationId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What every store of mailboxes promises.
abstract class MailboxStoreContract {
  static final Device PHONE = new Device("ann", "phone");

  /// An empty store.
  abstract MailboxStore store();

  static ConversationId conversation(int number) {
    return new ConversationId(0xc0ffee, number);
  }

  @Test
  void aMailboxThatNeverChangedHasVersionZero() {
    assertThat(store().version("nobody")).isZero();
    assertThat(store().versions(List.of("nobody"))).isEmpty();
    assertThat(store().versions(List.of())).isEmpty();
    assertThat(store().changes("nobody", 0, 10, 10)).isEmpty();
  }

  @Test
  void everyBumpTakesTheNextVersion() {
    MailboxStore store = store();

    store.bump(List.of(new Bump("ann", conversation(1), 7), new Bump("ann", conversation(2), 3)));
    store.bump(List.of(new Bump("ann", conversation(3), 1), new Bump("bob", conversation(3), 1)));

    assertThat(store.version("ann")).isEqualTo(3);
    assertThat(store.versions(List.of("ann", "bob", "cid")))
        .isEqualTo(Map.of("ann", 3L, "bob", 1L));
    assertThat(store.changes("ann", 0, 3, 10))
        .extracting(ThreadRow::version)
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void aBumpedThreadMovesToTheNewestVersion() {
    MailboxStore store = store();
    store.bump(List.of(new Bump("ann", conversation(1), 7)));
    store.bump(List.of(new Bump("ann", conversation(2), 3)));

    store.bump(List.of(new Bump("ann", conversation(1), 8)));

    assertThat(store.changes("ann", 0, 3, 10))
        .containsExactly(
            new ThreadRow(conversation(2), 2, 3), new ThreadRow(conversation(1), 3, 8));
  }

  @Test
  void theNewestMessageOfAThreadNeverGoesBack() {
    MailboxStore store = store();
    store.bump(List.of(new Bump("ann", conversation(1), 8)));

    store.bump(List.of(new Bump("ann", conversation(1), 5)));

    assertThat(store.changes("ann", 0, 10, 10))
        .containsExactly(new ThreadRow(conversation(1), 2, 8));
  }

  @Test
  void changesAreBoundedByBothVersionsAndTheLimit() {
    MailboxStore store = store();
    IntStream.rangeClosed(1, 5)
        .forEach(i -> store.bump(List.of(new Bump("ann", conversation(i), 1))));

    assertThat(store.changes("ann", 1, 4, 10))
        .extracting(ThreadRow::version)
        .containsExactly(2L, 3L, 4L);
    assertThat(store.changes("ann", 1, 5, 2))
        .extracting(ThreadRow::version)
        .containsExactly(2L, 3L);
  }

  @Test
  void usersAreToldApartByTheirBytes() {
    MailboxStore store = store();
    store.bump(List.of(new Bump("ann", conversation(1), 1)));
    store.bump(List.of(new Bump("Ann", conversation(1), 1)));
    store.bump(List.of(new Bump("änn \uD83D\uDE00", conversation(1), 1)));

    assertThat(store.versions(List.of("ann", "Ann", "änn \uD83D\uDE00", "ann ")))
        .isEqualTo(Map.of("ann", 1L, "Ann", 1L, "änn \uD83D\uDE00", 1L));
  }

  @Test
  void aDeviceIsCompleteUpToWhatItLastAcknowledged() {
    MailboxStore store = store();
    assertThat(store.syncedVersion(PHONE)).isEqualTo(OptionalLong.empty());

    store.acknowledge(PHONE, 7);
    assertThat(store.syncedVersion(PHONE)).isEqualTo(OptionalLong.of(7));

    store.acknowledge(PHONE, 5);
    assertThat(store.syncedVersion(PHONE)).isEqualTo(OptionalLong.of(5));
    assertThat(store.syncedVersion(new Device("ann", "laptop"))).isEqualTo(OptionalLong.empty());
  }

  @Test
  void aDeviceThatLostWhatItHadIsBelieved() {
    MailboxStore store = store();
    store.withdraw(PHONE, 2);
    assertThat(store.syncedVersion(PHONE)).isEqualTo(OptionalLong.empty());

    store.acknowledge(PHONE, 7);
    store.withdraw(PHONE, 9);
    assertThat(store.syncedVersion(PHONE)).isEqualTo(OptionalLong.of(7));

    store.withdraw(PHONE, 2);
    assertThat(store.syncedVersion(PHONE)).isEqualTo(OptionalLong.of(2));
  }

  /// Writers bump overlapping users while a reader follows one of them: nothing may turn up below a
  /// version it has read up to, and in the end it holds the newest message of each conversation.
  @Test
  void aVersionNeverHidesAChange() throws Exception {
    MailboxStore store = store();
    int writers = 4;
    int rounds = 60;
    List<ThreadRow> seen;
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<?>> writing = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        ConversationId conversation = conversation(writer);
        writing.add(threads.submit(() -> write(store, conversation, rounds)));
      }
      seen = follow(store, (long) writers * rounds);
      for (Future<?> writer : writing) {
        writer.get();
      }
    }
    assertThat(seen).extracting(ThreadRow::version).isSorted().doesNotHaveDuplicates();
    for (int writer = 0; writer < writers; writer++) {
      ConversationId conversation = conversation(writer);
      assertThat(seen.stream().filter(row -> row.conversation().equals(conversation)))
          .extracting(ThreadRow::lastSeq)
          .isSorted()
          .endsWith((long) rounds);
    }
  }

  private static void write(MailboxStore store, ConversationId conversation, int rounds) {
    for (int round = 1; round <= rounds; round++) {
      store.bump(
          List.of(
              new Bump("ann", conversation, round),
              new Bump("bob", conversation, round),
              new Bump("cid-" + conversation, conversation, round)));
    }
  }

  /// Reads as a device does, and looks back: nothing may turn up below a version read up to.
  private static List<ThreadRow> follow(MailboxStore store, long end) {
    List<ThreadRow> seen = new ArrayList<>();
    long position = 0;
    while (position < end) {
      long frozen = store.version("ann");
      seen.addAll(store.changes("ann", position, frozen, 1_000));
      assertThat(seen).containsAll(store.changes("ann", 0, position, 1_000));
      position = frozen;
    }
    return seen;
  }
}
