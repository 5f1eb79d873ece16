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

final class MembershipTest {
  private final ScriptedLeases calls = new ScriptedLeases();
  private final AtomicLong asleep = new AtomicLong();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private Membership membership = membership(Duration.ofMinutes(10));

  @AfterEach
  void close() {
    membership.close();
  }

  @Test
  void writesWhatIsRegisteredBeforeItTellsOfTheLease() {
    membership.register("a", "1");
    membership.register("b", "2");
    membership.addListener(listener(lease -> events.add("joined after " + calls.calls())));
    membership.start();
    await().until(() -> !events.isEmpty());
    assertThat(events).containsExactly("joined after [grant, put 1 a=1, put 1 b=2]");
  }

  @Test
  void writesTheLastValueOfAKey() {
    membership.register("a", "1");
    membership.register("a", "2");
    membership.start();
    await().until(() -> calls.calls().equals(List.of("grant", "put 1 a=2")));
  }

  @Test
  void triesAgainUntilTheStoreAnswers() {
    calls.failing = true;
    membership.register("a", "1");
    membership.start();
    await().until(() -> calls.calls().stream().filter("grant"::equals).count() > 2);
    assertThat(membership.lease()).isEmpty();
    calls.failing = false;
    await().until(() -> membership.lease().isPresent());
    assertThat(calls.calls()).last().asString().endsWith("a=1");
  }

  @Test
  void startsOverWhenTheStoreForgotTheLease() {
    membership.close();
    membership = membership(Duration.ofMillis(300));
    calls.keptAlive = Duration.ZERO;
    membership.register("a", "1");
    membership.addListener(listener(lease -> events.add("joined " + lease.id())));
    membership.start();
    await().until(() -> events.contains("joined 2"));
    assertThat(events).startsWith("joined 1", "lost 1", "joined 2");
    assertThat(calls.calls()).containsSubsequence("grant", "put 1 a=1", "grant", "put 2 a=1");
    assertThat(membership.leasesLost()).isPositive();
  }

  @Test
  void givesUpALeaseThatMightHaveEndedAndRevokesItBeforeTheNext() {
    membership.addListener(listener(lease -> events.add("joined " + lease.id())));
    membership.start();
    await().until(() -> membership.lease().isPresent());
    Lease first = membership.lease().orElseThrow();
    calls.failing = true;
    asleep.addAndGet(Duration.ofMinutes(10).toNanos());
    assertThat(first.isValid()).isFalse();
    await().until(() -> events.contains("lost 1"));
    assertThat(membership.lease()).isEmpty();
    int before = calls.calls().size();
    calls.failing = false;
    await().until(() -> membership.lease().isPresent());
    List<String> later = calls.calls().subList(before, calls.calls().size());
    assertThat(later).containsSubsequence("revoke 1", "grant");
    assertThat(first.isValid()).isFalse();
  }

  @Test
  void soonRenewsALeaseThatTookLongToBeGranted() {
    // Without, it would be renewed after a third of ten minutes, by when it might have ended.
    calls.whileGranting = () -> asleep.addAndGet(Duration.ofMinutes(6).toNanos());
    membership.start();
    await().until(() -> calls.calls().contains("keep alive 1"));
    assertThat(membership.leasesLost()).isZero();
  }

  @Test
  void tellsALateListenerOfTheLeaseThatIsHeld() {
    membership.start();
    await().until(() -> membership.lease().isPresent());
    membership.addListener(listener(lease -> events.add("joined " + lease.id())));
    assertThat(events).containsExactly("joined 1");
    membership.close();
    assertThat(events).containsExactly("joined 1", "lost 1");
    assertThat(calls.calls()).contains("revoke 1");
    assertThat(membership.leasesLost()).isZero();
  }

  @Test
  void isClosedInTimeWhenTheStoreHangs() {
    membership.start();
    await().until(() -> membership.lease().isPresent());
    calls.answering = false;
    membership.register("a", "1");
    await().until(() -> calls.calls().contains("put 1 a=1"));
    membership.close();
    assertThat(membership.lease()).isEmpty();
  }

  @Test
  void survivesAListenerThatFails() {
    membership.addListener(
        listener(lease -> {
          throw new AssertionError("a planted bug");
        }));
    membership.addListener(listener(lease -> events.add("joined " + lease.id())));
    membership.start();
    await().until(() -> events.contains("joined 1"));
  }

  @Test
  void refusesALeaseOfNoTime() {
    assertThatThrownBy(() -> membership(Duration.ZERO))
        .hasMessage("timeToLive: PT0S (expected: more than 0)");
  }

  private Membership membership(Duration timeToLive) {
    return new Membership(calls, timeToLive, () -> System.nanoTime() + asleep.get());
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
