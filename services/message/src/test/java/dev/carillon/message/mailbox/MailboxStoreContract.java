package dev.carillon.message.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.mailbox.MailboxStore.Range;
import dev.carillon.message.mailbox.MailboxStore.ThreadRow;
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

  static List<ThreadRow> changes(
      MailboxStore store, String userId, long afterVersion, long upToVersion, int limit) {
    Range range = new Range(userId, afterVersion, upToVersion, limit);
    return store.changes(List.of(range)).getOrDefault(range, List.of());
  }

  static OptionalLong synced(MailboxStore store, Device device) {
    Long version = store.syncedVersions(List.of(device)).get(device);
    return version == null ? OptionalLong.empty() : OptionalLong.of(version);
  }

  private static long version(MailboxStore store, String userId) {
    return store.versions(List.of(userId)).getOrDefault(userId, 0L);
  }

  @Test
  void aMailboxThatNeverChangedHasVersionZero() {
    assertThat(version(store(), "nobody")).isZero();
    assertThat(store().versions(List.of("nobody"))).isEmpty();
    assertThat(store().versions(List.of())).isEmpty();
    assertThat(changes(store(), "nobody", 0, 10, 10)).isEmpty();
    assertThat(store().changes(List.of())).isEmpty();
    assertThat(store().syncedVersions(List.of())).isEmpty();
    store().acknowledge(Map.of());
  }

  @Test
  void everyUpdateTakesTheNextVersion() {
    MailboxStore store = store();

    store.update(
        List.of(
            new MailboxUpdate("ann", conversation(1), 7),
            new MailboxUpdate("ann", conversation(2), 3)));
    store.update(
        List.of(
            new MailboxUpdate("ann", conversation(3), 1),
            new MailboxUpdate("bob", conversation(3), 1)));

    assertThat(version(store, "ann")).isEqualTo(3);
    assertThat(store.versions(List.of("ann", "bob", "cid")))
        .isEqualTo(Map.of("ann", 3L, "bob", 1L));
    assertThat(changes(store, "ann", 0, 3, 10))
        .extracting(ThreadRow::version)
        .containsExactly(1L, 2L, 3L);
  }

  @Test
  void anUpdatedThreadMovesToTheNewestVersion() {
    MailboxStore store = store();
    store.update(List.of(new MailboxUpdate("ann", conversation(1), 7)));
    store.update(List.of(new MailboxUpdate("ann", conversation(2), 3)));

    store.update(List.of(new MailboxUpdate("ann", conversation(1), 8)));

    assertThat(changes(store, "ann", 0, 3, 10))
        .containsExactly(
            new ThreadRow(conversation(2), 2, 3), new ThreadRow(conversation(1), 3, 8));
  }

  @Test
  void theNewestMessageOfAThreadNeverGoesBack() {
    MailboxStore store = store();
    store.update(List.of(new MailboxUpdate("ann", conversation(1), 8)));

    store.update(List.of(new MailboxUpdate("ann", conversation(1), 5)));

    assertThat(changes(store, "ann", 0, 10, 10))
        .containsExactly(new ThreadRow(conversation(1), 2, 8));
  }

  @Test
  void changesAreBoundedByBothVersionsAndTheLimit() {
    MailboxStore store = store();
    IntStream.rangeClosed(1, 5)
        .forEach(i -> store.update(List.of(new MailboxUpdate("ann", conversation(i), 1))));

    assertThat(changes(store, "ann", 1, 4, 10))
        .extracting(ThreadRow::version)
        .containsExactly(2L, 3L, 4L);
    assertThat(changes(store, "ann", 1, 5, 2))
        .extracting(ThreadRow::version)
        .containsExactly(2L, 3L);
  }

  /// More ranges than one statement takes, some of them of the same mailbox.
  @Test
  void changesOfManyRangesAreToldApart() {
    MailboxStore store = store();
    List<Range> ranges = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String user = "user" + i;
      store.update(List.of(new MailboxUpdate(user, conversation(i), i + 1)));
      store.update(List.of(new MailboxUpdate(user, conversation(i + 100), i + 2)));
      ranges.add(new Range(user, 0, 2, 10));
      ranges.add(new Range(user, 1, 2, 10));
      ranges.add(new Range(user, 0, 2, 1));
    }
    ranges.add(new Range("nobody", 0, 2, 10));
    ranges.add(ranges.getFirst());

    Map<Range, List<ThreadRow>> changes = store.changes(ranges);

    assertThat(changes).hasSize(120).doesNotContainKey(new Range("nobody", 0, 2, 10));
    for (int i = 0; i < 40; i++) {
      ThreadRow older = new ThreadRow(conversation(i), 1, i + 1);
      ThreadRow newer = new ThreadRow(conversation(i + 100), 2, i + 2);
      assertThat(changes.get(ranges.get(3 * i))).containsExactly(older, newer);
      assertThat(changes.get(ranges.get(3 * i + 1))).containsExactly(newer);
      assertThat(changes.get(ranges.get(3 * i + 2))).containsExactly(older);
    }
  }

  @Test
  void manyDevicesAcknowledgeAtOnce() {
    MailboxStore store = store();
    Device laptop = new Device("ann", "laptop");
    Device bob = new Device("bob", "phone");
    store.acknowledge(Map.of(PHONE, 1L, new Device("ann", "watch"), 9L));

    store.acknowledge(Map.of(PHONE, 7L, laptop, 5L, bob, 3L));

    assertThat(store.syncedVersions(List.of(bob, PHONE, laptop, new Device("bob", "laptop"))))
        .isEqualTo(Map.of(PHONE, 7L, laptop, 5L, bob, 3L));
  }

  @Test
  void usersAreToldApartByTheirBytes() {
    MailboxStore store = store();
    store.update(List.of(new MailboxUpdate("ann", conversation(1), 1)));
    store.update(List.of(new MailboxUpdate("Ann", conversation(1), 1)));
    store.update(List.of(new MailboxUpdate("änn \uD83D\uDE00", conversation(1), 1)));

    assertThat(store.versions(List.of("ann", "Ann", "änn \uD83D\uDE00", "ann ")))
        .isEqualTo(Map.of("ann", 1L, "Ann", 1L, "änn \uD83D\uDE00", 1L));
  }

  @Test
  void aDeviceIsCompleteUpToWhatItLastAcknowledged() {
    MailboxStore store = store();
    assertThat(synced(store, PHONE)).isEqualTo(OptionalLong.empty());

    store.acknowledge(Map.of(PHONE, 7L));
    assertThat(synced(store, PHONE)).isEqualTo(OptionalLong.of(7));

    store.acknowledge(Map.of(PHONE, 5L));
    assertThat(synced(store, PHONE)).isEqualTo(OptionalLong.of(5));
    assertThat(synced(store, new Device("ann", "laptop"))).isEqualTo(OptionalLong.empty());
  }

  @Test
  void aDeviceThatLostWhatItHadIsBelieved() {
    MailboxStore store = store();
    store.withdraw(Map.of(PHONE, 2L));
    assertThat(synced(store, PHONE)).isEqualTo(OptionalLong.empty());

    store.acknowledge(Map.of(PHONE, 7L));
    store.withdraw(Map.of(PHONE, 9L));
    assertThat(synced(store, PHONE)).isEqualTo(OptionalLong.of(7));

    Device watch = new Device("ann", "watch");
    store.acknowledge(Map.of(watch, 1L));
    store.withdraw(Map.of(PHONE, 2L, watch, 5L, new Device("bob", "phone"), 3L));
    store.withdraw(Map.of());
    assertThat(store.syncedVersions(List.of(PHONE, watch, new Device("bob", "phone"))))
        .isEqualTo(Map.of(PHONE, 2L, watch, 1L));
  }

  /// Writers update overlapping users while a reader follows one of them: nothing may turn up below
  /// a version it has read up to, and in the end it holds the newest message of each conversation.
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
      store.update(
          List.of(
              new MailboxUpdate("ann", conversation, round),
              new MailboxUpdate("bob", conversation, round),
              new MailboxUpdate("cid-" + conversation, conversation, round)));
    }
  }

  /// Reads as a device does, and looks back: nothing may turn up below a version read up to.
  private static List<ThreadRow> follow(MailboxStore store, long end) {
    List<ThreadRow> seen = new ArrayList<>();
    long position = 0;
    while (position < end) {
      long frozen = version(store, "ann");
      seen.addAll(changes(store, "ann", position, frozen, 1_000));
      assertThat(seen).containsAll(changes(store, "ann", 0, position, 1_000));
      position = frozen;
    }
    return seen;
  }
}
