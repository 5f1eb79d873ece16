package dev.carillon.runtime.slots;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.runtime.errors.Kind;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.grpc.Refusals;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SlotMovedTest {
  @Test
  void tellsOwnerAndEpochAcrossTheWire() {
    Refusal refusal = SlotMoved.refusal(7, "message-2", 42);
    Refusal received = Refusals.of(Refusals.toStatusException(refusal));
    assertThat(SlotMoved.of(received)).contains(new SlotMoved(7, "message-2", 42));
    assertThat(received.reason().kind()).isEqualTo(Kind.UNAVAILABLE);
  }

  @Test
  void saysThatNobodyIsKnown() {
    Refusal refusal = SlotMoved.refusal(7, "", 0);
    assertThat(SlotMoved.of(refusal)).contains(new SlotMoved(7, "", 0));
    assertThat(refusal).hasMessageContaining("nobody");
  }

  @Test
  void isNothingInOtherRefusals() {
    assertThat(SlotMoved.of(new Refusal(RuntimeReason.OVERLOADED, "busy"))).isEmpty();
    assertThat(SlotMoved.of(moved("x"))).isEmpty();
  }

  @Test
  void isNothingWhenTheSlotIsNone() {
    assertThat(SlotMoved.of(moved("1023"))).isPresent();
    assertThat(SlotMoved.of(moved("1024"))).isEmpty();
    assertThat(SlotMoved.of(moved("-1"))).isEmpty();
  }

  private static Refusal moved(String slot) {
    return new Refusal(SlotReason.SLOT_MOVED, "?", Map.of("slot", slot));
  }
}
