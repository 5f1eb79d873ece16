package dev.carillon.connection.backend;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.AppendResult;
import dev.carillon.message.v1.Appended;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.type.v1.Refusal;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A lane and the streams under it, with no thread but the test's.
final class SlotLaneTest {
  private final SlotLane lane = new SlotLane();
  private final EmbeddedChannel loop = new EmbeddedChannel();
  private final List<PendingAppend> cameBack = new ArrayList<>();
  private long lastId;

  @Test
  void oneOfManyWhoWaitTakesTheNextResumeOn() {
    assertThat(lane.add(item(), slot -> null)).isTrue();
    assertThat(lane.takeResume()).isTrue();

    assertThat(lane.add(item(), slot -> null)).isTrue();
    assertThat(lane.takeResume()).isFalse();
    assertThat(lane.takeResume()).isFalse();

    lane.giveResume();
    assertThat(lane.resume(null)).isTrue();
    assertThat(lane.takeResume()).isTrue();
    assertThat(lane.takeResume()).isFalse();
  }

  @Test
  void waitsBehindAnItemThatCameBackAndGoesOnInOrder() {
    AppendStream first = stream("first");
    AppendStream second = stream("second");
    PendingAppend one = item();
    PendingAppend two = item();
    PendingAppend three = item();
    assertThat(lane.add(one, slot -> first)).isFalse();
    assertThat(lane.add(two, slot -> first)).isFalse();

    assertThat(lane.cameBack(one)).isFalse();
    assertThat(lane.add(three, slot -> second)).isTrue();
    assertThat(three.stream).isNull();

    assertThat(lane.cameBack(two)).isTrue();
    assertThat(lane.resume(second)).isFalse();
    assertThat(List.of(one, two, three))
        .allSatisfy(item -> assertThat(item.stream).isSameAs(second));
  }

  @Test
  void waitsWhileAnEarlierItemIsInFlightElsewhere() {
    AppendStream old = stream("old");
    AppendStream next = stream("new");
    PendingAppend one = item();
    PendingAppend two = item();
    lane.add(one, slot -> old);

    // The table knows of the move already, and the lane does not.
    assertThat(lane.add(two, slot -> next)).isTrue();
    assertThat(two.stream).isNull();

    assertThat(lane.resume(next)).isFalse();
    assertThat(List.of(one, two)).allSatisfy(item -> assertThat(item.stream).isSameAs(next));
  }

  @Test
  void waitsForWhatABrokenStreamHasNotGivenBack() {
    AppendStream broken = stream("home");
    AppendStream anew = stream("home");
    PendingAppend one = item();
    PendingAppend two = item();
    lane.add(one, slot -> broken);

    assertThat(lane.add(two, slot -> anew)).isTrue();
    assertThat(lane.resume(anew)).isFalse();
    assertThat(two.stream).isNull();

    assertThat(lane.cameBack(one)).isTrue();
    assertThat(lane.resume(anew)).isFalse();
    assertThat(List.of(one, two)).allSatisfy(item -> assertThat(item.stream).isSameAs(anew));
  }

  @Test
  void anItemGivenToAStreamThatHasEndedComesBackWhenNoLaneIsHeld() {
    AppendStream ended = stream("ended");
    ended.onError(new IllegalStateException("broken off by the test"));
    cameBack.clear();
    PendingAppend item = item();

    // The lane is held meanwhile: what came back at once would want other lanes as well.
    lane.add(item, slot -> ended);

    assertThat(cameBack).isEmpty();
    loop.runPendingTasks();
    assertThat(cameBack).containsExactly(item);
  }

  private PendingAppend item() {
    AppendItem item =
        AppendItem.newBuilder()
            .setItemId(++lastId)
            .setConversationId(ByteString.copyFromUtf8("0123456789abcdef"))
            .build();
    return new PendingAppend(item, Long.MAX_VALUE, new Ignoring());
  }

  private AppendStream stream(String address) {
    return AppendStream.open(
        address,
        new SilentChannel(nothing -> {}),
        loop.eventLoop(),
        Duration.ZERO,
        new Listening(),
        FailPoints.NONE);
  }

  private final class Listening implements AppendStream.Listener {
    @Override
    public void result(PendingAppend item, AppendResult result) {}

    @Override
    public void broken(AppendStream stream, List<PendingAppend> unanswered) {
      cameBack.addAll(unanswered);
    }
  }

  private static final class Ignoring implements Answer<Appended> {
    @Override
    public void answered(Appended value) {}

    @Override
    public void refused(Refusal refusal) {}
  }
}
