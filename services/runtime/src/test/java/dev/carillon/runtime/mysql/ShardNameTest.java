package dev.carillon.runtime.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.runtime.slots.SlotRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ShardNameTest {
  @ParameterizedTest
  @CsvSource({
    "-80,0,512",
    "80-,512,1024",
    "80-c0,512,768",
    "c0-,768,1024",
    "-40,0,256",
    "-00c0,0,3",
    "00c0-0100,3,4",
    "ffc0-,1023,1024",
    "8000-c000000000000000,512,768",
    "0,0,1024",
    "-,0,1024"
  })
  void itsSlotsFollowFromItsName(String name, int from, int to) {
    assertThat(new ShardName("k", name).slots()).isEqualTo(new SlotRange(from, to));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-4020", "40201-", "80-80", "c0-80", "zone1", "80", "-0001", "8-9-a"})
  void oneThatCutsASlotOrIsNoRangeIsRefusedInOneSentence(String name) {
    assertThatThrownBy(() -> new ShardName("k", name).slots())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "shard k/" + name + " (expected: cut at multiples of 1/1024, for example -80 and 80-)");
  }

  @Test
  void aServerWithoutShardsIsOne() {
    assertThat(ShardName.whole("k").slots()).isEqualTo(SlotRange.ALL);
    assertThat(ShardName.whole("k").label()).isEqualTo("-");
  }
}
