package dev.carillon.connection.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.type.v1.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DeliveryWindowTest {
  private final DeliveryWindow window = new DeliveryWindow();
  private final List<EncodedMessage> traced = new ArrayList<>();

  @Test
  void keepsOrderWhileItGrowsAndShrinks() {
    int acknowledged = 0;
    List<EncodedMessage> added = new ArrayList<>();
    for (int seq = 1; seq <= 100; seq++) {
      added.add(message(seq));
      window.add(added.getLast(), 0);
      if (seq % 3 == 0) {
        window.acknowledge(2, 0, traced::add);
        acknowledged += 2;
      }
    }

    assertThat(traced).hasSize(acknowledged / 2);
    assertThat(window)
        .hasSize(window.count())
        .containsExactlyElementsOf(added.subList(acknowledged, 100));
  }

  @Test
  void isFullByCountOrByBytesButAlwaysTakesOne() {
    int size = message(1).size();
    assertThat(window.isFull(1_000, 10, 100)).isFalse();
    window.add(message(1), 0);

    assertThat(window.isFull(size, 10, size * 2L)).isFalse();
    assertThat(window.isFull(size + 1, 10, size * 2L)).isTrue();
    assertThat(window.isFull(0, 1, 1_000)).isTrue();
    window.acknowledge(1, 0, traced::add);
    assertThat(window.isFull(1_000, 1, 100)).isFalse();
  }

  @Test
  void countsTriesSinceTheLastProgress() {
    window.add(message(1), 5);
    window.add(message(2), 7);
    assertThat(window.progressAt()).isEqualTo(5);

    assertThat(window.again(10)).isEqualTo(2);
    assertThat(window.again(20)).isEqualTo(3);
    window.acknowledge(1, 25, traced::add);

    assertThat(window.progressAt()).isEqualTo(25);
    assertThat(window.again(30)).isEqualTo(2);
  }

  private static EncodedMessage message(long seq) {
    return EncodedMessage.of(
        Message.newBuilder().setSeq(seq).build().toByteString(), seq % 2 == 0 ? "trace" : "");
  }
}
