package dev.carillon.runtime.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.batch.QueuedLoop;
import dev.carillon.runtime.stream.InstanceStream.Exchange;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// A stream over a channel that ends in the test, with no thread and no time but the test's.
final class InstanceStreamTest {
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);
  private final Queue<Runnable> tasks = new ArrayDeque<>();
  private final List<Object> sent = new ArrayList<>();
  private final SilentChannel channel = new SilentChannel(sent::add);
  private final SynchronizationContext context = InstanceStream.newContext();
  private final Words words = new Words();
  private InstanceStream<String, String> stream = stream(BatchInterval.NONE);

  @Test
  void beginsNoCallBeforeThereIsSomethingToSend() {
    context.execute(stream::wake);
    assertThat(channel.calls()).isZero();

    say("a");

    assertThat(channel.calls()).isEqualTo(1);
    assertThat(sent).containsExactly("a");
    assertThat(tasks).isEmpty();
  }

  @Test
  void sendsOnlyWhileThePeerReads() {
    say("a");
    channel.stopReading();
    say("b");
    say("c");
    assertThat(sent).containsExactly("a");

    channel.read();

    assertThat(sent).containsExactly("a", "b c");
  }

  @Test
  void pausesBetweenFramesWhileTheMachineIsBusy() {
    BatchInterval busy = new BatchInterval(() -> 1, Duration.ofMillis(1), Duration.ofMillis(10));
    stream = stream(busy);
    say("a");
    say("b");
    say("c");
    assertThat(sent).containsExactly("a");

    nanos.addAndGet(Duration.ofMillis(10).toNanos());
    runTasks();
    assertThat(sent).containsExactly("a", "b c");

    nanos.addAndGet(Duration.ofMillis(10).toNanos());
    say("d");
    assertThat(sent).containsExactly("a", "b c", "d");
  }

  @Test
  void pausesInProportionToWhatSendingAFrameTook() {
    stream = stream(new BatchInterval(() -> 1, Duration.ZERO, Duration.ofSeconds(1)));
    words.work = Duration.ofMillis(5);
    say("a");
    long pause = Duration.ofMillis(30).toNanos();
    nanos.addAndGet(pause - 1);
    say("b");
    assertThat(sent).containsExactly("a");

    runTasks();
    nanos.addAndGet(pause);
    say("c");
    assertThat(sent).containsExactly("a", "b", "c");
    assertThat(tasks).isEmpty();
  }

  @Test
  void aCallThatBreaksDuringAPauseWaitsForTheBackOff() {
    stream = stream(new BatchInterval(() -> 1, Duration.ofMillis(1), Duration.ofMillis(10)));
    say("a");
    say("b");
    final Runnable pause = tasks.remove();
    channel.breakOff();

    pause.run();
    assertThat(sent).containsExactly("a");
    runTasks();
    assertThat(sent).containsExactly("a", "b");
  }

  @Test
  void anAnswerMayMakeRoomForMore() {
    words.window = 1;
    say("a");
    say("b");
    assertThat(sent).containsExactly("a");

    channel.answer("ok");

    assertThat(sent).containsExactly("a", "b");
    assertThat(words.answers).containsExactly("ok");
  }

  @Test
  void followsABrokenCallByAnotherOnlyWhenThereIsSomethingToSend() {
    say("a");
    channel.breakOff();
    assertThat(words.broken).isEqualTo(1);
    runTasks();
    assertThat(channel.calls()).isEqualTo(1);

    say("b");

    assertThat(channel.calls()).isEqualTo(2);
    assertThat(sent).containsExactly("a", "b");
  }

  @Test
  void sendsNothingUntilTheBackOffIsOver() {
    say("a");
    channel.breakOff();
    say("b");
    assertThat(sent).containsExactly("a");

    runTasks();

    assertThat(sent).containsExactly("a", "b");
  }

  @Test
  void whatTheExchangeThrowsEndsTheCall() {
    words.failing = true;
    say("a");
    assertThat(words.broken).isEqualTo(1);

    words.failing = false;
    say("b");
    runTasks();

    assertThat(channel.calls()).isEqualTo(2);
    assertThat(sent).containsExactly("a b");
  }

  @Test
  void aBackOffCanBeEnded() {
    say("a");
    channel.breakOff();
    say("b");
    context.execute(stream::endBackOff);
    assertThat(sent).containsExactly("a", "b");

    channel.breakOff();
    say("c");
    context.execute(stream::endBackOff);
    runTasks();
    assertThat(channel.calls()).isEqualTo(3);
    assertThat(sent).containsExactly("a", "b", "c");
  }

  @Test
  void anOpeningThatFailsIsFollowedByAnother() {
    words.cannotOpen = true;
    say("a");
    assertThat(words.broken).isEqualTo(1);

    words.cannotOpen = false;
    runTasks();

    assertThat(sent).containsExactly("a");
  }

  @Test
  void ignoresWhatComesOfACallThatWasGivenUp() {
    say("a");
    context.execute(() -> stream.giveUp("too slow"));
    channel.answer("ok");
    channel.breakOff();

    assertThat(words.broken).isEqualTo(1);
    assertThat(words.answers).isEmpty();
  }

  @Test
  void takesAnswersButSendsNothingOnceClosed() {
    say("a");
    stream.close();
    say("b");
    channel.answer("ok");
    channel.breakOff();
    runTasks();

    assertThat(channel.calls()).isEqualTo(1);
    assertThat(channel.isHalfClosed()).isTrue();
    assertThat(sent).containsExactly("a");
    assertThat(words.answers).containsExactly("ok");
  }

  private InstanceStream<String, String> stream(BatchInterval interval) {
    return new InstanceStream<>(context, new QueuedLoop(tasks), nanos::get, interval, words);
  }

  private void say(String word) {
    context.execute(() -> {
      words.waiting.add(word);
      stream.wake();
    });
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run();
    }
  }

  /// Words that are sent all at once, so many frames ahead of the answers.
  private final class Words implements Exchange<String, String> {
    private final List<String> waiting = new ArrayList<>();
    private final List<String> answers = new ArrayList<>();
    private int window = Integer.MAX_VALUE;
    private Duration work = Duration.ZERO;
    private boolean failing;
    private boolean cannotOpen;
    private int broken;

    @Override
    public StreamObserver<String> open(StreamObserver<String> responses) {
      if (cannotOpen) {
        throw new AssertionError("failed by the test");
      }
      return Lines.call(channel, responses);
    }

    @Override
    public boolean hasNext() {
      return !waiting.isEmpty() && sent.size() - answers.size() < window;
    }

    @Override
    public String next() {
      if (failing) {
        throw new IllegalStateException("failed by the test");
      }
      nanos.addAndGet(work.toNanos());
      String all = String.join(" ", waiting);
      waiting.clear();
      return all;
    }

    @Override
    public void received(String response) {
      answers.add(response);
    }

    @Override
    public void broken(Status why) {
      broken++;
    }
  }
}
