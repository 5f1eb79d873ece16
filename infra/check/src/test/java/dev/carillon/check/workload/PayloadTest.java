package dev.carillon.check.workload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PayloadTest {
  @Test
  void tellsItsStory() {
    assertThat(new Payload("ann/phone", 3, 500, 7, 4).text())
        .isEqualTo("ann/phone #3 due 500 read 7 xxxx");
  }

  @Test
  void hashesTellBodiesApart() {
    assertThat(Payload.hash("one"))
        .isEqualTo(Payload.hash("one"))
        .isNotEqualTo(Payload.hash("two"));
  }
}
