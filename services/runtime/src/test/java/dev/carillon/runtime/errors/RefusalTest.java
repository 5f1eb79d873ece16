package dev.carillon.runtime.errors;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RefusalTest {
  @Test
  void keepsWhatItWasGivenWhenMoreIsAdded() {
    Refusal refusal =
        new Refusal(RuntimeReason.OVERLOADED, "busy", Map.of("a", "1"))
            .retryAfter(Duration.ofSeconds(3));

    assertThat(refusal.metadata()).containsOnly(Map.entry("a", "1"));
    assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(3));
    assertThat(refusal).hasMessage("OVERLOADED: busy");
    assertThat(refusal.text()).isEqualTo("busy");
  }

  @Test
  void comparesReasonsByName() {
    Refusal remote =
        new Refusal(new ForeignReason("OVERLOADED", Kind.EXHAUSTED), "as told by another process");

    assertThat(remote.is(RuntimeReason.OVERLOADED)).isTrue();
    assertThat(remote.is(RuntimeReason.CANCELLED)).isFalse();
  }

  @Test
  void isRetryableByKindOrByAdvice() {
    assertThat(new Refusal(RuntimeReason.DATABASE_UNAVAILABLE, "").retryable()).isTrue();
    assertThat(new Refusal(RuntimeReason.REQUEST_INVALID, "").retryable()).isFalse();
    assertThat(
            new Refusal(new ForeignReason("NOT_YET", Kind.PRECONDITION), "")
                .retryAfter(Duration.ofSeconds(1))
                .retryable())
        .isTrue();
  }

  @Test
  void hasAStackTraceOnlyWithACause() {
    assertThat(new Refusal(RuntimeReason.OVERLOADED, "").getStackTrace()).isEmpty();
    assertThat(
            new Refusal(RuntimeReason.UNEXPECTED, "", new IllegalStateException()).getStackTrace())
        .isNotEmpty();
  }
}
