package dev.carillon.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.connection.ConnectionConfig;
import dev.carillon.message.MessageConfig;
import dev.carillon.runtime.service.Services;
import dev.carillon.sequence.SequenceConfig;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How `--instances` is read.
final class InstanceCountsTest {
  @Test
  void whoIsNotNamedGetsOne() {
    InstanceCounts counts = InstanceCounts.parse("message=2, connection=3");
    assertThat(counts.of(MessageConfig.SERVICE)).isEqualTo(2);
    assertThat(counts.of(ConnectionConfig.SERVICE)).isEqualTo(3);
    assertThat(counts.of(SequenceConfig.SERVICE)).isEqualTo(1);
    assertThat(InstanceCounts.ONE_EACH.of(MessageConfig.SERVICE)).isEqualTo(1);
  }

  @Test
  void readsAServiceWhoseNameHasAHyphen() {
    Services services = new Services(List.of(new PushNotify()));

    InstanceCounts counts = InstanceCounts.parse("push-notify=2", services);

    assertThat(counts.of("push-notify")).isEqualTo(2);
    assertThat(counts).hasToString("push-notify=2");
    assertThatThrownBy(() -> InstanceCounts.parse("pushnotify=2", services))
        .hasMessage("instances: pushnotify (expected: one of push-notify)");
  }

  @Test
  void readsWhatItWrites() {
    InstanceCounts counts = InstanceCounts.parse("presence=4");
    assertThat(counts).hasToString("sequence=1,presence=4,message=1,connection=1");
    assertThat(InstanceCounts.parse(counts.toString())).isEqualTo(counts);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "message",
        "message=",
        "message=0",
        "message=17",
        "message=-1",
        "massage=1",
        "a=b=c"
      })
  void refusesWhatMakesNoSense(String text) {
    assertThatThrownBy(() -> InstanceCounts.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: ");
  }
}
