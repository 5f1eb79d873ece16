package dev.carillon.runtime.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class ConversationIdsTest {
  @Test
  void isTheSameWhicheverIsNamedFirst() {
    assertThat(ConversationIds.direct("ann", "bob"))
        .hasSize(ConversationIds.LENGTH)
        .isEqualTo(ConversationIds.direct("bob", "ann"));
  }

  @Test
  void staysTheSameForEver() {
    // Computed once with sha256sum; a change here would split every existing conversation.
    assertThat(HexFormat.of().formatHex(ConversationIds.direct("ann", "bob")))
        .isEqualTo("cd4cb0e941f56e3d6a68b52df43a420e");
  }

  @Test
  void tellsPairsApartThatConcatenateAlike() {
    assertThat(ConversationIds.direct("ab", "c")).isNotEqualTo(ConversationIds.direct("a", "bc"));
  }

  @Test
  void marksEveryDirectConversation() {
    for (int i = 0; i < 100; i++) {
      assertThat(ConversationIds.isDirect(ConversationIds.direct("ann", "bob" + i))).isTrue();
    }
    assertThat(ConversationIds.isDirect(new byte[ConversationIds.LENGTH])).isFalse();
  }

  @Test
  void letsAUserTalkToItself() {
    assertThat(ConversationIds.direct("ann", "ann")).hasSize(ConversationIds.LENGTH);
  }

  @Test
  void refusesWhatIsNoUserId() {
    assertThatThrownBy(() -> ConversationIds.direct("ann", "b\u0000b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 to 64 bytes");
    assertThat(UserIds.isValid("")).isFalse();
    assertThat(UserIds.isValid("ü".repeat(33))).isFalse();
    assertThat(UserIds.isValid("ü".repeat(32))).isTrue();
  }
}
