package dev.carillon.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

final class RestarterTest {
  private final List<CompletableFuture<String>> starts = new CopyOnWriteArrayList<>();

  private CompletableFuture<String> start() {
    CompletableFuture<String> end = new CompletableFuture<>();
    starts.add(end);
    if (starts.size() == 1) {
      throw new IllegalStateException("the first start fails");
    }
    return end;
  }

  @Test
  void startsAgainUntilAStartSucceedsAndWheneverThatEnds() {
    CompletableFuture<String> first = new CompletableFuture<>();
    try (Restarter restarter = new Restarter("engine", this::start)) {
      restarter.watch(first);
      first.complete("ended with code 1");
      await().until(() -> starts.size() == 2);

      starts.getLast().complete("ended with code 2");

      await().until(() -> starts.size() == 3);
    }
  }

  @Test
  void startsNothingOnceItIsClosed() {
    CompletableFuture<String> first = new CompletableFuture<>();
    Restarter restarter = new Restarter("engine", this::start);
    restarter.watch(first);
    restarter.close();

    first.complete("ended with code 0");

    await().during(Duration.ofMillis(300)).until(starts::isEmpty);
    assertThat(starts).isEmpty();
  }
}
