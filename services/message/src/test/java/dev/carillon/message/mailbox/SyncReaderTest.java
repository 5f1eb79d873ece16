package dev.carillon.message.mailbox;

import static dev.carillon.message.mailbox.MailboxStoreContract.conversation;
import static dev.carillon.message.mailbox.MailboxStoreContract.synced;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.conversation.ThreadKey;
import dev.carillon.message.conversation.ThreadView;
import dev.carillon.message.store.FakeThreadReader;
import dev.carillon.message.store.ThreadReader;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The pages of many devices, read together.
final class SyncReaderTest {
  private static final int USERS = 50;
  private static final Size SIZE = new Size(10, 5);

  private record Size(int threads, int messages) {}

  private final InMemoryMailboxStore store = new InMemoryMailboxStore();
  private final FakeThreadReader conversations = new FakeThreadReader(10);

  @Test
  void manyDevicesShareTheirStatements() {
    IntStream.range(0, USERS).forEach(i -> say("user" + i, i, i + 10));
    List<RecordedCall> calls =
        IntStream.range(0, USERS).mapToObj(i -> begin("user" + i, "phone", 0, SIZE)).toList();
    int before = store.calls();

    answer(calls);

    for (int i = 0; i < USERS; i++) {
      SyncPage.Change change = only(calls.get(i));
      assertThat(change.thread().conversation()).isEqualTo(conversation(i));
      assertThat(change.newest()).extracting(StoredMessage::seq).endsWith(i + 10L).hasSize(5);
    }
    // The versions, what is acknowledged, what was, what is withdrawn, and the changes.
    assertThat(store.calls() - before).isEqualTo(5);
    assertThat(conversations.looks()).isEqualTo(1);
    assertThat(conversations.reads()).isEqualTo(1);
  }

  @Test
  void devicesOfOneUserAreEachServedWhereTheyAre() {
    IntStream.rangeClosed(1, 4).forEach(i -> say("ann", i, i));
    store.acknowledge(Map.of(new Device("ann", "watch"), 3L));
    RecordedCall phone = begin("ann", "phone", 0, SIZE);
    RecordedCall laptop = begin("ann", "laptop", 2, SIZE);
    RecordedCall watch =
        call(new Device("ann", "watch"), Optional.empty(), OptionalLong.empty(), SIZE);
    RecordedCall again = begin("ann", "phone", 0, SIZE);
    RecordedCall done = begin("ann", "tablet", 4, SIZE);

    answer(List.of(phone, laptop, watch, again, done));

    assertThat(versions(phone)).containsExactly(1L, 2L, 3L, 4L);
    assertThat(versions(laptop)).containsExactly(3L, 4L);
    assertThat(versions(watch)).containsExactly(4L);
    assertThat(versions(again)).isEqualTo(versions(phone));
    assertThat(versions(done)).isEmpty();
    assertThat(page(done).nextToken()).isEmpty();
  }

  @Test
  void aTokenThatIsRefusedConcernsNobodyElse() {
    say("ann", 1, 1);
    say("bob", 2, 2);
    RecordedCall ann = later("ann", new PageToken(5, 9));
    RecordedCall bob = begin("bob", "phone", 0, SIZE);

    answer(List.of(ann, bob));

    assertThatThrownBy(ann.page()::join).hasMessageContaining("page_token");
    assertThat(versions(bob)).containsExactly(1L);
    assertThat(synced(store, ann.request().device())).isEmpty();
  }

  @Test
  void pagesThatAreReadTogetherAcknowledgeTheirs() {
    IntStream.rangeClosed(1, 3).forEach(i -> say("ann", i, i));
    IntStream.rangeClosed(1, 3).forEach(i -> say("bob", i, i));

    answer(List.of(later("ann", new PageToken(2, 3)), later("bob", new PageToken(3, 3))));

    assertThat(synced(store, new Device("ann", "phone"))).hasValue(2);
    assertThat(synced(store, new Device("bob", "phone"))).hasValue(3);
  }

  /// Its connection of before may have asked last for what it has forgotten since.
  @Test
  void aDeviceThatBeginsAnewIsBelievedBeforeItsEarlierCall() {
    IntStream.rangeClosed(1, 3).forEach(i -> say("ann", i, i));

    answer(List.of(begin("ann", "phone", 0, SIZE), later("ann", new PageToken(3, 3))));

    assertThat(synced(store, new Device("ann", "phone"))).hasValue(0);
  }

  @Test
  void aFullPageTakesNoRoomFromAnother() {
    FakeThreadReader large = new FakeThreadReader(60_000);
    for (int i = 0; i < 10; i++) {
      store.update(List.of(new MailboxUpdate("ann", conversation(i), 50)));
      large.put("ann", "bob", conversation(i), 50);
    }
    store.update(List.of(new MailboxUpdate("bob", conversation(3), 50)));
    RecordedCall ann = begin("ann", "phone", 0, new Size(200, 50));
    RecordedCall bob = begin("bob", "phone", 0, new Size(200, 20));
    RecordedCall cid = begin("bob", "laptop", 0, new Size(200, 0));

    new SyncReader(store, large).read(List.of(ann, bob, cid));

    assertThat(page(ann).changes()).hasSize(10);
    assertThat(messages(ann)).isBetween(30, 35);
    assertThat(messages(bob)).isEqualTo(20);
    assertThat(messages(cid)).isZero();
  }

  @Test
  void manyLongPagesAreReadSomeAtATime() {
    for (int user = 0; user < 4; user++) {
      for (int i = 0; i < 60; i++) {
        say("user" + user, 100 * user + i, 9);
      }
    }
    Size hundred = new Size(100, 5);
    List<RecordedCall> calls =
        IntStream.range(0, 4).mapToObj(i -> begin("user" + i, "phone", 0, hundred)).toList();

    answer(calls);

    assertThat(calls).allSatisfy(call -> assertThat(messages(call)).isEqualTo(300));
    assertThat(conversations.reads()).isEqualTo(4);
  }

  @Test
  void whatThereIsNoRoomForIsHandedBack() {
    FakeThreadReader large = new FakeThreadReader(60_000);
    List<RecordedCall> calls = new ArrayList<>();
    for (int user = 0; user < 6; user++) {
      for (int i = 0; i < 10; i++) {
        large.put("user" + user, conversation(10 * user + i), 50);
        store.update(List.of(new MailboxUpdate("user" + user, conversation(10 * user + i), 50)));
      }
      calls.add(begin("user" + user, "phone", 0, new Size(200, 50)));
    }
    RecordedCall small = begin("user5", "laptop", 9, new Size(200, 1));
    calls.add(small);

    new SyncReader(store, large).read(List.copyOf(calls));

    assertThat(messages(small)).isEqualTo(1);
    assertThat(calls).allSatisfy(call -> assertThat(call.page()).isDone());
    List<RecordedCall> answered =
        calls.stream().filter(call -> !call.page().isCancelled()).toList();
    assertThat(answered).hasSize(3);
    assertThat(answered.stream().mapToInt(SyncReaderTest::messages).sum()).isBetween(61, 71);
  }

  @Test
  void aCallThatWasNotAnsweredWhenTheDatabaseWentAwayStaysOpen() {
    say("ann", 1, 1);
    say("bob", 2, 2);
    RecordedCall ann = begin("ann", "phone", 1, SIZE);
    RecordedCall bob = begin("bob", "phone", 0, SIZE);
    SyncReader reader = new SyncReader(store, new AwayReader());

    assertThatThrownBy(() -> reader.read(List.of(ann, bob))).isInstanceOf(Refusal.class);

    assertThat(page(ann).changes()).isEmpty();
    assertThat(bob.page()).isNotDone();
  }

  private void answer(List<RecordedCall> calls) {
    new SyncReader(store, conversations).read(List.copyOf(calls));
    assertThat(calls).allSatisfy(call -> assertThat(call.page()).isDone());
  }

  private void say(String user, int conversation, long seq) {
    conversations.put(user, conversation(conversation), seq);
    store.update(List.of(new MailboxUpdate(user, conversation(conversation), seq)));
  }

  private static RecordedCall begin(String user, String device, long after, Size size) {
    return call(new Device(user, device), Optional.empty(), OptionalLong.of(after), size);
  }

  private static RecordedCall later(String user, PageToken token) {
    return call(new Device(user, "phone"), Optional.of(token), OptionalLong.empty(), SIZE);
  }

  private static RecordedCall call(
      Device device, Optional<PageToken> token, OptionalLong after, Size size) {
    return new RecordedCall(new SyncRequest(device, token, after, size.threads(), size.messages()));
  }

  private static SyncPage page(RecordedCall call) {
    return call.page().join();
  }

  private static SyncPage.Change only(RecordedCall call) {
    List<SyncPage.Change> changes = page(call).changes();
    assertThat(changes).hasSize(1);
    return changes.getFirst();
  }

  private static List<Long> versions(RecordedCall call) {
    return page(call).changes().stream().map(SyncPage.Change::version).toList();
  }

  private static int messages(RecordedCall call) {
    return page(call).changes().stream().mapToInt(change -> change.newest().size()).sum();
  }

  /// Conversations whose database is away.
  private static final class AwayReader implements ThreadReader {
    @Override
    public Map<ThreadKey, ThreadView> threads(Collection<ThreadKey> keys) {
      throw new Refusal(RuntimeReason.DATABASE_UNAVAILABLE, "the store of the test is away");
    }

    @Override
    public Map<ThreadView, List<StoredMessage>> newest(Collection<ThreadView> threads, int limit) {
      throw new AssertionError("nobody may see any of these");
    }
  }
}
