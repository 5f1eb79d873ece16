package dev.carillon.message.append;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.append.ConversationLimits.Admission;
import dev.carillon.message.conversation.ClientMessageId;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.MessageKey;
import dev.carillon.runtime.errors.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AppendQueueTest {
  private static final ConversationId GROUP = AppendRig.group(1);
  private static final ConversationId DIRECT = AppendRig.direct("ann", "bob");

  private final Admission admission =
      new Admission(10, Duration.ofMillis(50), Duration.ofSeconds(5));

  @ParameterizedTest
  @CsvSource({
    "0, true, true, true",
    "50, true, true, true",
    "51, false, true, true",
    "100, false, true, true",
    "101, false, false, true",
    "200, false, false, true",
    "201, false, false, false",
  })
  void pushesBackTheMostPatientFirst(int standing, boolean group, boolean direct, boolean resend) {
    assertThat(takes(post(GROUP, false), standing)).isEqualTo(group);
    assertThat(takes(post(DIRECT, false), standing)).isEqualTo(direct);
    assertThat(takes(post(GROUP, true), standing)).isEqualTo(resend);
    assertThat(takes(new Change.ChangeMembers(key(GROUP), true, List.of("cid")), standing))
        .isEqualTo(resend);
  }

  @Test
  void takesNothingWhenTheQueueIsFull() {
    assertThat((Object) overload(post(DIRECT, true), 9, 0)).isNull();

    Refusal refusal = Objects.requireNonNull(overload(post(DIRECT, true), 10, 0));
    assertThat(refusal.text()).isEqualTo("changes waiting: 10 (expected: fewer than 10)");
  }

  @Test
  void tellsWhenToComeBack() {
    Refusal refusal = Objects.requireNonNull(overload(post(GROUP, false), 0, 80));

    assertThat(refusal.reason().name()).isEqualTo("OVERLOADED");
    assertThat(refusal.retryable()).isTrue();
    assertThat(refusal.retryAfter()).contains(Duration.ofMillis(160));
    assertThat(refusal.text()).isEqualTo("changes wait for 80 ms (expected: at most 50 ms)");
  }

  private boolean takes(Change change, long standingMillis) {
    return overload(change, 0, standingMillis) == null;
  }

  private @Nullable Refusal overload(Change change, int queued, long standingMillis) {
    long standing = Duration.ofMillis(standingMillis).toNanos();
    return AppendQueue.overload(admission, change, queued, standing);
  }

  private static Change post(ConversationId conversation, boolean resend) {
    return new Change.Post(key(conversation), "", AppendRig.text("hello"), resend, "");
  }

  private static MessageKey key(ConversationId conversation) {
    return new MessageKey(conversation, "ann", new ClientMessageId(1, 2));
  }
}
