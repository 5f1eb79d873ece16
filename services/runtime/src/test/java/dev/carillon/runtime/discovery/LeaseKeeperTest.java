package dev.carillon.runtime.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LeaseKeeperTest {
  private final ScriptedLeases calls = new ScriptedLeases();
  private final AtomicLong asleep = new AtomicLong();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private LeaseKeeper keeper = keeper(Duration.ofMinutes(10));

  @AfterEach
  void close() {
    keeper.close();
  }

  @Test
  void writesWhatIsRegisteredBeforeItTellsOfTheLease() {
    keeper.register("a", "1");
    keeper.register("b", "2");
    keeper.addListener(listener(lease -> events.add("joined after " + calls.calls())));
    keeper.start();
    await().until(() -> !events.isEmpty());
    assertThat(events).containsExactly("joined after [grant, put 1 a=1, put 1 b=2]");
  }

  @Test
  void writesTheLastValueOfAKey() {
    keeper.register("a", "1");
    keeper.register("a", "2");
    keeper.start();
    await().until(() -> calls.calls().equals(List.of("grant", "put 1 a=2")));
  }

  @Test
  void triesAgainUntilTheStoreAnswers() {
    calls.failing = true;
    keeper.register("a", "1");
    keeper.start();
    await().until(() -> calls.calls().stream().filter("grant"::equals).count() > 2);
    assertThat(keeper.lease()).isEmpty();
    calls.failing = false;
    await().until(() -> keeper.lease().isPresent());
    assertThat(calls.calls()).last().asString().endsWith("a=1");
  }

  @Test
  void startsOverWhenTheStoreForgotTheLease() {
    keeper.close();
    keeper = keeper(Duration.ofMillis(300));
    calls.keptAlive = Duration.ZERO;
    keeper.register("a", "1");
    keeper.addListener(listener(lease -> events.add("joined " + lease.id())));
    keeper.start();
    await().until(() -> events.contains("joined 2"));
    assertThat(events).startsWith("joined 1", "lost 1", "joined 2");
    assertThat(calls.calls()).containsSubsequence("grant", "put 1 a=1", "grant", "put 2 a=1");
    assertThat(keeper.leasesLost()).isPositive();
  }

  @Test
  void givesUpALeaseThatMightHaveEndedAndRevokesItBeforeTheNext() {
    keeper.addListener(listener(lease -> events.add("joined " + lease.id())));
    keeper.start();
    await().until(() -> keeper.lease().isPresent());
    Lease first = keeper.lease().orElseThrow();
    calls.failing = true;
    asleep.addAndGet(Duration.ofMinutes(10).toNanos());
    assertThat(first.isValid()).isFalse();
    await().until(() -> events.contains("lost 1"));
    assertThat(keeper.lease()).isEmpty();
    int before = calls.calls().size();
    calls.failing = false;
    await().until(() -> keeper.lease().isPresent());
    List<String> later = calls.calls().subList(before, calls.calls().size());
    assertThat(later).containsSubsequence("revoke 1", "grant");
    assertThat(first.isValid()).isFalse();
  }

  @Test
  void soonRenewsALeaseThatTookLongToBeGranted() {
    // Without, it would be renewed after a third of ten minutes, by when it might have ended.
    calls.whileGranting = () -> asleep.addAndGet(Duration.ofMinutes(6).toNanos());
    keeper.start();
    await().until(() -> calls.calls().contains("keep alive 1"));
    assertThat(keeper.leasesLost()).isZero();
  }

  @Test
  void tellsALateListenerOfTheLeaseThatIsHeld() {
    keeper.start();
    await().until(() -> keeper.lease().isPresent());
    keeper.addListener(listener(lease -> events.add("joined " + lease.id())));
    assertThat(events).containsExactly("joined 1");
    keeper.close();
    assertThat(events).containsExactly("joined 1", "lost 1");
    assertThat(calls.calls()).contains("revoke 1");
    assertThat(keeper.leasesLost()).isZero();
  }

  @Test
  void isClosedInTimeWhenTheStoreHangs() {
    keeper.start();
    await().until(() -> keeper.lease().isPresent());
    calls.answering = false;
    keeper.register("a", "1");
    await().until(() -> calls.calls().contains("put 1 a=1"));
    keeper.close();
    assertThat(keeper.lease()).isEmpty();
  }

  @Test
  void survivesAListenerThatFails() {
    keeper.addListener(
        listener(lease -> {
          throw new IllegalStateException("a planted bug");
        }));
    keeper.addListener(listener(lease -> events.add("joined " + lease.id())));
    keeper.start();
    await().until(() -> events.contains("joined 1"));
  }

  @Test
  void refusesALeaseOfNoTime() {
    assertThatThrownBy(() -> keeper(Duration.ZERO))
        .hasMessage("timeToLive: PT0S (expected: more than 0)");
  }

  private LeaseKeeper keeper(Duration timeToLive) {
    return new LeaseKeeper(calls, timeToLive, () -> System.nanoTime() + asleep.get());
  }

  private MembershipListener listener(Consumer<Lease> joined) {
    return new MembershipListener() {
      @Override
      public void onJoined(Lease lease) {
        joined.accept(lease);
      }

      @Override
      public void onLost(Lease lease) {
        events.add("lost " + lease.id());
      }
    };
  }
}
