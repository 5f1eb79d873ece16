package dev.carillon.runtime.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CloserTest {
  private final List<String> closed = new ArrayList<>();

  @Test
  void closesInReverseOrderAndOnce() {
    Closer closer = new Closer();
    closer.add(() -> closed.add("first"));
    closer.add(() -> closed.add("second"));

    closer.close();
    closer.close();

    assertThat(closed).containsExactly("second", "first");
  }

  @Test
  void closesTheRestWhenOneFailsAndTellsAllFailures() {
    Closer closer = new Closer();
    closer.add(() -> closed.add("first"));
    closer.add(() -> {
      throw new IllegalArgumentException("second");
    });
    closer.add(() -> {
      throw new IOException("third");
    });

    assertThatThrownBy(closer::close)
        .isInstanceOf(IllegalStateException.class)
        .cause()
        .isInstanceOf(IOException.class)
        .satisfies(cause -> assertThat(cause.getSuppressed()).hasSize(1));
    assertThat(closed).containsExactly("first");
  }

  @Test
  void closesAtOnceWhatComesTooLate() {
    Closer closer = new Closer();
    closer.close();

    assertThatThrownBy(() -> closer.add(() -> closed.add("late")))
        .isInstanceOf(IllegalStateException.class);
    assertThat(closed).containsExactly("late");
  }
}
