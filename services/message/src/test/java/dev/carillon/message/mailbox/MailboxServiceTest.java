package dev.carillon.message.mailbox;

import static dev.carillon.message.mailbox.MailboxStoreContract.PHONE;
import static dev.carillon.message.mailbox.MailboxStoreContract.conversation;
import static dev.carillon.message.mailbox.MailboxStoreContract.synced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.MessageError;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.store.FakeThreadReader;
import dev.carillon.message.store.ThreadReader;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.slots.SlotRange;
import dev.carillon.runtime.telemetry.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class MailboxServiceTest {
  private static final OptionalLong WHERE_IT_WAS = OptionalLong.empty();
  private static final Size BY_TWO = new Size(2, 3);

  private record Size(int threads, int messages) {}

  private final InMemoryMailboxStore store = new InMemoryMailboxStore();
  private final FakeThreadReader conversations = new FakeThreadReader(10);
  private final MailboxService service = service(store, conversations);

  private static MailboxService service(MailboxStore store, ThreadReader conversations) {
    return new MailboxService(
        store, conversations, ForkJoinPool.commonPool(), () -> 0, Metrics.none());
  }

  private void say(int conversation, long seq) {
    conversations.put("ann", conversation(conversation), seq);
    store.update(List.of(new MailboxUpdate("ann", conversation(conversation), seq)));
  }

  private SyncPage first(Device device, OptionalLong after, Size size) {
    return first(service, device, after, size);
  }

  private static SyncPage first(
      MailboxService service, Device device, OptionalLong after, Size size) {
    return service.page(
        new SyncRequest(device, Optional.empty(), after, size.threads(), size.messages()));
  }

  private SyncPage next(Device device, byte[] token, Size size) {
    Optional<PageToken> position = Optional.of(PageToken.decode(token, device));
    return service.page(
        new SyncRequest(device, position, WHERE_IT_WAS, size.threads(), size.messages()));
  }

  private static byte[] token(SyncPage page) {
    return page.nextToken().orElseThrow().encode(PHONE);
  }

  /// All pages of a sync, the empty last one included.
  private List<SyncPage> sync(OptionalLong after, Size size) {
    List<SyncPage> pages = new ArrayList<>();
    pages.add(first(PHONE, after, size));
    while (pages.getLast().nextToken().isPresent()) {
      pages.add(next(PHONE, token(pages.getLast()), size));
    }
    return pages;
  }

  private static List<ConversationId> conversations(List<SyncPage> pages) {
    return pages.stream()
        .flatMap(page -> page.changes().stream())
        .map(change -> change.thread().conversation())
        .toList();
  }

  @Test
  void anEmptyMailboxHasOneEmptyPage() {
    SyncPage page = first(PHONE, WHERE_IT_WAS, BY_TWO);

    assertThat(page.changes()).isEmpty();
    assertThat(page.nextToken()).isEmpty();
    assertThat(page.version()).isZero();
  }

  @Test
  void pagesHoldEveryThreadOnceByAscendingVersion() {
    IntStream.rangeClosed(1, 5).forEach(i -> say(i, i));
    say(2, 6);

    List<SyncPage> pages = sync(WHERE_IT_WAS, BY_TWO);

    assertThat(conversations(pages))
        .containsExactly(
            conversation(1), conversation(3), conversation(4), conversation(5), conversation(2));
    assertThat(pages).extracting(SyncPage::version).containsOnly(6L);
    assertThat(pages).hasSize(4);
  }

  @Test
  void aThreadBringsItsNewestMessagesInOrder() {
    say(1, 9);

    SyncPage.Change change = first(PHONE, WHERE_IT_WAS, BY_TWO).changes().getFirst();

    assertThat(change.newest()).extracting(StoredMessage::seq).containsExactly(7L, 8L, 9L);
    assertThat(change.version()).isEqualTo(1);
  }

  @Test
  void askingForTheNextPageAcknowledgesTheLast() {
    IntStream.rangeClosed(1, 3).forEach(i -> say(i, i));
    SyncPage first = first(PHONE, WHERE_IT_WAS, BY_TWO);
    assertThat(synced(store, PHONE)).isEmpty();

    SyncPage second = next(PHONE, token(first), BY_TWO);
    assertThat(synced(store, PHONE)).hasValue(2);

    SyncPage end = next(PHONE, token(second), BY_TWO);
    assertThat(synced(store, PHONE)).hasValue(3);
    assertThat(end.changes()).isEmpty();
    assertThat(end.nextToken()).isEmpty();
  }

  @Test
  void aDeviceGoesOnWhereItAcknowledged() {
    IntStream.rangeClosed(1, 4).forEach(i -> say(i, i));
    SyncPage first = first(PHONE, WHERE_IT_WAS, BY_TWO);
    next(PHONE, token(first), BY_TWO);

    assertThat(conversations(sync(WHERE_IT_WAS, BY_TWO)))
        .containsExactly(conversation(3), conversation(4));
    assertThat(conversations(sync(WHERE_IT_WAS, BY_TWO))).isEmpty();
  }

  @Test
  void theSamePageCanBeAskedForTwice() {
    IntStream.rangeClosed(1, 3).forEach(i -> say(i, i));
    SyncPage first = first(PHONE, WHERE_IT_WAS, BY_TWO);

    SyncPage once = next(PHONE, token(first), BY_TWO);
    SyncPage again = next(PHONE, token(first), BY_TWO);

    assertThat(again.changes()).isEqualTo(once.changes());
    assertThat(again.nextToken()).isEqualTo(once.nextToken());
  }

  @Test
  void aThreadThatChangesDuringTheSyncIsFoundByTheNext() {
    IntStream.rangeClosed(1, 4).forEach(i -> say(i, i));
    SyncPage first = first(PHONE, WHERE_IT_WAS, BY_TWO);

    say(3, 9);
    SyncPage second = next(PHONE, token(first), BY_TWO);
    next(PHONE, token(second), BY_TWO);

    assertThat(conversations(List.of(second))).containsExactly(conversation(4));
    assertThat(second.version()).isEqualTo(4);
    assertThat(service.versions(List.of("ann"))).containsExactly(5L);
    assertThat(conversations(sync(WHERE_IT_WAS, BY_TWO))).containsExactly(conversation(3));
  }

  @Test
  void aDeviceThatSaysWhereItIsIsBelieved() {
    IntStream.rangeClosed(1, 3).forEach(i -> say(i, i));
    sync(WHERE_IT_WAS, BY_TWO);

    assertThat(conversations(sync(OptionalLong.of(1), BY_TWO)))
        .containsExactly(conversation(2), conversation(3));
    first(PHONE, OptionalLong.of(0), BY_TWO);
    assertThat(conversations(sync(WHERE_IT_WAS, BY_TWO))).hasSize(3);
  }

  @Test
  void aDeviceAheadOfTheMailboxBeginsAnew() {
    say(1, 1);

    assertThat(conversations(sync(OptionalLong.of(99), BY_TWO))).containsExactly(conversation(1));
    store.acknowledge(Map.of(PHONE, 99L));
    assertThat(conversations(sync(WHERE_IT_WAS, BY_TWO))).containsExactly(conversation(1));
  }

  @Test
  void aTokenOfSomebodyElseIsRefused() {
    IntStream.rangeClosed(1, 3).forEach(i -> say(i, i));
    byte[] token = token(first(PHONE, WHERE_IT_WAS, BY_TWO));

    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> next(new Device("bob", "phone"), token, BY_TWO))
        .matches(refusal -> refusal.is(MessageError.PAGE_TOKEN_INVALID));
    assertThat(synced(store, new Device("bob", "phone"))).isEmpty();
  }

  @Test
  void aTokenOfAFutureThatNeverCameIsRefused() {
    byte[] token = new PageToken(5, 9).encode(PHONE);

    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> next(PHONE, token, BY_TWO))
        .matches(refusal -> refusal.is(MessageError.PAGE_TOKEN_INVALID));
  }

  @Test
  void aConversationThatCannotBeSeenIsLeftOut() {
    store.update(List.of(new MailboxUpdate("ann", conversation(1), 1)));
    say(2, 1);

    assertThat(conversations(sync(WHERE_IT_WAS, BY_TWO))).containsExactly(conversation(2));
  }

  @Test
  void aPageOfLargeMessagesStaysBelowTheLimitOfAnAnswer() {
    FakeThreadReader large = new FakeThreadReader(60_000);
    IntStream.rangeClosed(1, 10)
        .forEach(i -> {
          say(i, 50);
          large.put("ann", conversation(i), 50);
        });

    SyncPage page = first(service(store, large), PHONE, WHERE_IT_WAS, new Size(200, 50));

    assertThat(page.changes()).hasSize(10);
    assertThat(page.changes().stream().mapToInt(change -> change.newest().size()).sum())
        .isBetween(30, 35);
    assertThat(page.changes().getFirst().newest().getLast().seq()).isEqualTo(50);
    assertThat(large.reads()).isEqualTo(1);
  }

  @Test
  void noMessagesAreReadWhenNoneAreWanted() {
    say(1, 5);

    SyncPage page = first(PHONE, WHERE_IT_WAS, new Size(10, 0));

    assertThat(page.changes().getFirst().newest()).isEmpty();
    assertThat(conversations.reads()).isZero();
  }

  @Test
  void everyUserBelongsToOneShard() {
    store.shards().become(List.of(new SlotRange(0, 256), new SlotRange(256, 1024)));
    for (int i = 0; i < 40; i++) {
      String user = "user" + i;
      conversations.put(user, conversation(i), 1);
      store.update(List.of(new MailboxUpdate(user, conversation(i), 1)));

      SyncPage page = first(new Device(user, "phone"), WHERE_IT_WAS, BY_TWO);

      assertThat(conversations(List.of(page))).containsExactly(conversation(i));
    }
  }

  @Test
  void versionsComeInTheOrderAsked() {
    say(1, 1);
    say(2, 1);

    assertThat(service.versions(List.of("bob", "ann", "cid"))).containsExactly(0L, 2L, 0L);
  }
}
