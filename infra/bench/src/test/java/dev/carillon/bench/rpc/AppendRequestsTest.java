package dev.carillon.bench.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.bench.load.Calls.Verdict;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.AppendResult;
import dev.carillon.message.v1.Appended;
import dev.carillon.type.v1.Refusal;
import org.junit.jupiter.api.Test;

/// The messages of a stream of appends, and what their answers are worth.
final class AppendRequestsTest {
  private final AppendRequests items =
      new AppendRequests(7, AppendRequests.direct("store", 2), "text");

  @Test
  void eachMessageHasAnIdOfItsOwnAndConversationsTakeTurns() {
    AppendItem first = items.item(0);
    AppendItem third = items.item(2);

    assertThat(items.item(1).getConversationId()).isNotEqualTo(first.getConversationId());
    assertThat(third.getConversationId()).isEqualTo(first.getConversationId());
    assertThat(third.getClientMessageId()).isNotEqualTo(first.getClientMessageId());
    assertThat(
            new AppendRequests(8, AppendRequests.direct("store", 2), "text")
                .item(0)
                .getClientMessageId())
        .isNotEqualTo(first.getClientMessageId());
  }

  @Test
  void answersOfOneConversationMustBeAChain() {
    assertThat(items.judge(stored(0, 65, 64))).isEqualTo(Verdict.DONE);
    assertThat(items.judge(stored(1, 3, 2))).isEqualTo(Verdict.DONE);
    assertThat(items.judge(stored(2, 66, 65))).isEqualTo(Verdict.DONE);
    assertThat(items.judge(stored(4, 68, 67))).isEqualTo(Verdict.BROKEN);
    assertThat(items.judge(stored(6, 68, 68))).isEqualTo(Verdict.BROKEN);
  }

  @Test
  void aRefusalBreaksNoChain() {
    assertThat(items.judge(stored(0, 65, 64))).isEqualTo(Verdict.DONE);
    assertThat(items.judge(refused(2))).isEqualTo(Verdict.REFUSED);
    assertThat(items.judge(stored(4, 66, 65))).isEqualTo(Verdict.DONE);
  }

  private static AppendResult stored(long item, long seq, long prev) {
    return AppendResult.newBuilder()
        .setItemId(item)
        .setAppended(Appended.newBuilder().setSeq(seq).setPrevSeq(prev))
        .build();
  }

  private static AppendResult refused(long item) {
    return AppendResult.newBuilder()
        .setItemId(item)
        .setRefusal(Refusal.newBuilder().setReason("OVERLOADED"))
        .build();
  }
}
