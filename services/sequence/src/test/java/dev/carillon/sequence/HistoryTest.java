package dev.carillon.sequence;

import static dev.carillon.sequence.Keys.key;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class HistoryTest {
  private final History history = new History();

  @Test
  void acceptsNumbersThatGrowAndSkip() {
    history.record(key(1), 0, 10, 1, 5);
    history.record(key(1), 11, 20, 100, 100);
    history.record(key(2), 11, 20, 1, 5);
    history.verify();
  }

  @Test
  void acceptsAnyOrderOfThoseWhoAskAtTheSameTime() {
    history.record(key(1), 0, 10, 6, 10);
    history.record(key(1), 10, 20, 1, 5);
    history.verify();
  }

  @Test
  void findsANumberThatCameTwice() {
    history.record(key(1), 0, 10, 1, 5);
    history.record(key(1), 5, 20, 5, 6);
    assertThatThrownBy(history::verify).isInstanceOf(AssertionError.class);
  }

  @Test
  void findsANumberThatWentBack() {
    history.record(key(1), 0, 10, 6, 10);
    history.record(key(1), 11, 20, 1, 5);
    assertThatThrownBy(history::verify).isInstanceOf(AssertionError.class);
  }

  @Test
  void findsThatNothingWasRecorded() {
    assertThatThrownBy(history::verify).isInstanceOf(AssertionError.class);
  }
}
