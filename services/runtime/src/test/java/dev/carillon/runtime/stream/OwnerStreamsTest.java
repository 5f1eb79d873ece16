package dev.carillon.runtime.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.batch.QueuedLoop;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.slots.SlotMoved;
import dev.carillon.type.v1.Refusal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The way to owners over channels that end in the test, with no thread and no time but the test's.
final class OwnerStreamsTest {
  private static final int SLOT = 7;
  private static final int OTHER_SLOT = 8;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(1);

  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final FakeOwnerLookup owners = new FakeOwnerLookup();
  private final Map<String, Owner> instances = new ConcurrentHashMap<>();
  private final Queue<String> answers = new ArrayDeque<>();
  private final OwnerStreams<String, String> streams =
      new OwnerStreams<>(
          owners,
          address -> at(address).channel,
          Lines::new,
          new OwnerStreams.Limits(TIMEOUT, ANSWER, 100),
          new QueuedLoop(tasks),
          nanos::get,
          BatchInterval.NONE);

  @Test
  void sendsASingleItemAtOnceOnTheCallingThread() {
    owners.moveQuietly("a");

    say("1");

    assertThat(tasks).isEmpty();
    assertThat(at("a").texts()).containsExactly("1");
    at("a").keep("1");
    assertThat(answers).containsExactly("kept 1");
    assertThat(streams.pending()).isZero();
  }

  @Test
  void sendsItemsThatComeTogetherInOneFrame() {
    owners.moveQuietly("a");

    say("1", "2", "3");

    assertThat(at("a").frames).hasSize(1);
    assertThat(at("a").texts()).containsExactly("1", "2", "3");
  }

  @Test
  void waitsForAnOwner() {
    say("1");
    runTasks();
    assertThat(instances).isEmpty();

    owners.move(SLOT, "a");
    runTasks();

    assertThat(at("a").texts()).containsExactly("1");
  }

  @Test
  void laterItemsWaitBehindOneThatCameBack() {
    owners.moveQuietly("a");
    say("1");
    say("2");
    at("a").sendBack("1");
    say("3");
    runTasks();
    assertThat(at("a").texts()).containsExactly("1", "2");

    at("a").keep("2");
    runTasks();

    assertThat(at("a").texts()).containsExactly("1", "2", "1", "3");
    assertThat(at("a").resends()).containsExactly("1");
    assertThat(streams.resent()).isEqualTo(1);
  }

  @Test
  void anItemThatHasNotLeftWaitsBehindOneThatCameBack() {
    owners.moveQuietly("a");
    say("1");
    at("a").channel.stopReading();
    say("2");
    at("a").sendBack("1");
    at("a").channel.read();

    assertThat(at("a").texts()).containsExactly("1");
    runTasks();
    assertThat(at("a").texts()).containsExactly("1", "1", "2");
  }

  @Test
  void oneSlotThatWaitsHoldsUpNoOther() {
    owners.moveQuietly("a");
    say("1");
    at("a").sendBack("1");

    streams.send(List.of(item(OTHER_SLOT, "other")));

    assertThat(at("a").texts()).containsExactly("1", "other");
  }

  @Test
  void takesItemsInFlightToTheNewOwnerInOrder() {
    owners.moveQuietly("a");
    say("1");
    say("2");
    owners.move(SLOT, "b");
    // Whoever asks now knows of the move already, and the item must not go before the others.
    say("3");
    runTasks();

    assertThat(at("b").texts()).containsExactly("1", "2", "3");
    assertThat(at("b").resends()).containsExactly("1", "2");
    at("a").keep("1");
    assertThat(answers).isEmpty();
    Stream.of("1", "2", "3").forEach(at("b")::keep);
    assertThat(answers).containsExactly("kept 1", "kept 2", "kept 3");
  }

  @Test
  void aSlotThatComesBackLeavesNothingOfItsFirstStayInTheQueue() {
    owners.moveQuietly("a");
    say("1");
    at("a").channel.stopReading();
    say("2");
    at("b");
    owners.move(SLOT, "b");
    runTasks();
    owners.move(SLOT, "a");
    runTasks();

    at("a").channel.read();

    assertThat(at("a").texts()).containsExactly("1", "1", "2");
  }

  @Test
  void learnsWhereASlotIs() {
    owners.moveQuietly("a");
    say("1");

    at("a").refuse("1", Refusals.toFrame(SlotMoved.refusal(SLOT, "b", 3)), false);

    assertThat(owners.learned()).isEqualTo(new SlotMoved(SLOT, "b", 3));
  }

  @Test
  void aBrokenCallIsFollowedByOneThatSendsEverythingAgainInOrder() {
    owners.moveQuietly("a");
    say("1");
    say("2");
    at("a").channel.breakOff();
    say("3");
    assertThat(at("a").texts()).containsExactly("1", "2");

    runTasks();

    assertThat(at("a").channel.calls()).isEqualTo(2);
    assertThat(at("a").texts()).containsExactly("1", "2", "1", "2", "3");
    assertThat(at("a").resends()).containsExactly("1", "2");
    at("a").keep("1");
    assertThat(answers).containsExactly("kept 1");
  }

  @Test
  void aMoveToAnInstanceEndsItsBackOff() {
    owners.moveQuietly("a");
    say("1");
    at("a").channel.breakOff();
    final Runnable backOff = tasks.remove();

    owners.move(SLOT, "a");
    runTasks();
    assertThat(at("a").texts()).containsExactly("1", "1");

    at("a").channel.breakOff();
    backOff.run();
    assertThat(at("a").channel.calls()).isEqualTo(2);
  }

  @Test
  void refusesWhatIsTooMuch() {
    owners.moveQuietly("a");
    for (int i = 0; i <= 100; i++) {
      say("line " + i);
    }
    assertThat(answers).containsExactly("line 100: OVERLOADED");

    at("a").keep("line 0");
    say("more");

    assertThat(at("a").texts()).last().isEqualTo("more");
  }

  @Test
  void refusesWhatNobodyAnsweredInTimeAndIgnoresALateAnswer() {
    owners.moveQuietly("a");
    say("1");
    pass(TIMEOUT.minusNanos(1));
    say("2");
    at("a").sendBack("2");
    streams.sweep();
    assertThat(answers).isEmpty();

    pass(Duration.ofNanos(1));
    streams.sweep();
    assertThat(answers).containsExactly("1: TIMEOUT");

    at("a").keep("1");
    assertThat(answers).containsExactly("1: TIMEOUT");
    assertThat(streams.pending()).isEqualTo(1);
  }

  @Test
  void passesARefusalThatIsFinalOn() {
    owners.moveQuietly("a");
    say("1");

    at("a").refuse("1", Refusal.newBuilder().setReason("NOT_A_MEMBER").build(), true);

    assertThat(answers).containsExactly("1: NOT_A_MEMBER");
  }

  @Test
  void givesUpACallThatOwesAnAnswerForTooLong() {
    owners.moveQuietly("a");
    say("1");
    pass(ANSWER.minusNanos(1));
    streams.sweep();
    assertThat(at("a").channel.calls()).isEqualTo(1);

    pass(Duration.ofNanos(1));
    streams.sweep();
    runTasks();

    assertThat(at("a").channel.calls()).isEqualTo(2);
    assertThat(at("a").texts()).containsExactly("1", "1");
  }

  @Test
  void refusesEverythingWhenItCloses() throws Exception {
    owners.moveQuietly("a");
    say("1");

    streams.close();
    say("2");

    assertThat(at("a").channel.isHalfClosed()).isTrue();
    assertThat(answers).containsExactly("1: SHUTTING_DOWN", "2: SHUTTING_DOWN");
  }

  private void say(String... texts) {
    streams.send(Stream.of(texts).map(text -> item(SLOT, text)).toList());
  }

  private OwnerItem<String, String> item(int slot, String text) {
    return new OwnerItem<>(slot, text, new Lines.Noting(text, answers));
  }

  private Owner at(String address) {
    return instances.computeIfAbsent(address, added -> new Owner());
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  /// Runs what the loop has to do, but nothing that comes of it.
  private void runTasks() {
    for (int left = tasks.size(); left > 0; left--) {
      tasks.remove().run();
    }
  }

  /// An owner's end of its stream.
  private static final class Owner {
    private final List<List<Lines.Line>> frames = new ArrayList<>();
    private final SilentChannel channel = new SilentChannel(this::receive);

    @SuppressWarnings("unchecked")
    private void receive(Object frame) {
      frames.add((List<Lines.Line>) frame);
    }

    private Stream<Lines.Line> lines() {
      return frames.stream().flatMap(List::stream);
    }

    List<String> texts() {
      return lines().map(Lines.Line::text).toList();
    }

    List<String> resends() {
      return lines().filter(Lines.Line::resend).map(Lines.Line::text).toList();
    }

    void keep(String text) {
      answer(text, null, true);
    }

    void sendBack(String text) {
      refuse(text, Refusal.newBuilder().setReason("SHUTTING_DOWN").build(), false);
    }

    void refuse(String text, Refusal refusal, boolean last) {
      answer(text, refusal, last);
    }

    private void answer(String text, @Nullable Refusal refusal, boolean last) {
      long id = lines().filter(line -> line.text().equals(text)).findFirst().orElseThrow().id();
      channel.answer(new Lines.Result(id, refusal, last));
    }
  }
}
