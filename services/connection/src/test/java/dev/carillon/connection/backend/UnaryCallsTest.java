package dev.carillon.connection.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.type.v1.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class UnaryCallsTest {
  private static final int LIMIT = 2;

  private final UnaryCalls calls = new UnaryCalls(Duration.ofSeconds(20), LIMIT);
  private final List<String> heard = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() {
    calls.close();
  }

  @Test
  void answersOnceEvenWhoTakesTheAnswerBadly() {
    calls.call(
        deadline -> "value",
        new Answer<String>() {
          @Override
          public void answered(String value) {
            heard.add(value);
            throw new IllegalStateException("as told");
          }

          @Override
          public void refused(Refusal refusal) {
            heard.add(refusal.getReason());
          }
        });
    await().until(() -> heard.contains("value"));
    calls.call(deadline -> "next", new Hearing());

    await().until(() -> heard.contains("next"));
    assertThat(heard).containsExactly("value", "next");
  }

  @Test
  void answersACallThatDiesOfAnError() {
    calls.call(
        deadline -> {
          throw new StackOverflowError("as told");
        },
        new Hearing());

    await().until(() -> !heard.isEmpty());
    assertThat(heard).containsExactly("UNEXPECTED");
    awaitIdle();
  }

  @Test
  void refusesMoreThanItsLimitAndGivesEveryPlaceBack() {
    CountDownLatch latch = new CountDownLatch(1);
    for (int i = 0; i < LIMIT; i++) {
      calls.call(deadline -> awaited(latch), new Hearing());
    }
    calls.call(deadline -> "one too many", new Hearing());
    assertThat(heard).containsExactly("OVERLOADED");

    latch.countDown();
    await().until(() -> heard.size() == 1 + LIMIT);
    awaitIdle();
  }

  @Test
  void refusesAfterItsEndAndKeepsNoPlace() {
    calls.close();

    calls.call(deadline -> "value", new Hearing());

    assertThat(heard).containsExactly("SHUTTING_DOWN");
    assertThat(calls.free()).isEqualTo(LIMIT);
  }

  private void awaitIdle() {
    await().until(() -> calls.free() == LIMIT);
  }

  private static String awaited(CountDownLatch latch) {
    try {
      latch.await();
      return "value";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private final class Hearing implements Answer<String> {
    @Override
    public void answered(String value) {
      heard.add(value);
    }

    @Override
    public void refused(Refusal refusal) {
      heard.add(refusal.getReason());
    }
  }
}
