package dev.carillon.connection.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.AppendRequest;
import dev.carillon.message.v1.Appended;
import dev.carillon.runtime.discovery.Instance;
import dev.carillon.runtime.discovery.Instances;
import dev.carillon.runtime.discovery.MemoryRegistry;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.lifecycle.Closer;
import dev.carillon.runtime.lifecycle.Health;
import dev.carillon.runtime.slots.SlotMoved;
import dev.carillon.runtime.slots.SlotTable;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.type.v1.Refusal;
import io.grpc.Channel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The way to one home over streams that the test breaks, with no thread but the test's.
final class AppendRouterTest {
  private static final ByteString ANN_AND_BOB = ByteString.copyFromUtf8("0123456789abcdef");
  private static final ByteString ANN_AND_CID = ByteString.copyFromUtf8("fedcba9876543210");

  private final Closer closer = new Closer();
  private final Instances instances =
      closer.add(
          Instances.join(closer.add(MemoryRegistry.create()), Duration.ofMinutes(1), new Health()));
  private final SlotTable table = closer.add(SlotTable.follow(instances, "message"));
  private final Tasks tasks = new Tasks();
  private final List<Home> streams = new ArrayList<>();
  private final AppendRouter router =
      closer.add(
          new AppendRouter(
              table,
              address -> stream(),
              () -> new QueuedLoop(tasks),
              Duration.ofHours(1),
              Duration.ZERO,
              100,
              FailPoints.NONE));

  @BeforeEach
  void aHomeForBothConversations() {
    instances.register(new Instance("message", "a", "a:1", "a:2", false));
    await().until(() -> instances.of("message").byId("a").isPresent());
    for (ByteString conversation : List.of(ANN_AND_BOB, ANN_AND_CID)) {
      table.learn(new SlotMoved(Slots.of(conversation.toByteArray()), "a", 1));
    }
  }

  @AfterEach
  void close() {
    closer.close();
  }

  @Test
  void noStreamFollowsABrokenOneBeforeEveryLaneHasStopped() {
    say(ANN_AND_BOB);
    say(ANN_AND_CID);
    tasks.run();

    // When the first lane has stopped it asks to be resumed, and the second knows of nothing.
    AtomicInteger streamsThen = new AtomicInteger();
    tasks.beforeTheNext(() -> {
      say(ANN_AND_BOB);
      say(ANN_AND_CID);
      streamsThen.set(streams.size());
    });
    streams.getFirst().channel.breakOff();
    assertThat(streamsThen).hasValue(1);

    tasks.run();
    assertThat(streams).hasSize(2);
    assertThat(streams.getFirst().received(ANN_AND_BOB)).containsExactly(1L);
    assertThat(streams.getFirst().received(ANN_AND_CID)).containsExactly(2L);
    assertThat(streams.getLast().received(ANN_AND_BOB)).containsExactly(1L, 3L);
    assertThat(streams.getLast().received(ANN_AND_CID)).containsExactly(2L, 4L);
  }

  private void say(ByteString conversation) {
    router.append(AppendItem.newBuilder().setConversationId(conversation), new Ignoring());
  }

  private Channel stream() {
    Home home = new Home();
    streams.add(home);
    return home.channel;
  }

  /// The home's end of one stream.
  private static final class Home {
    private final List<AppendItem> received = new ArrayList<>();
    private final SilentChannel channel =
        new SilentChannel(request -> received.addAll(((AppendRequest) request).getItemsList()));

    /// The ids of a conversation's items, as they came.
    List<Long> received(ByteString conversation) {
      return received.stream()
          .filter(item -> item.getConversationId().equals(conversation))
          .map(AppendItem::getItemId)
          .toList();
    }
  }

  /// What the loops have to do, when the test says so.
  private static final class Tasks extends ArrayDeque<Runnable> {
    private @Nullable Runnable before;

    /// Has something happen in the middle of what adds the next task.
    void beforeTheNext(Runnable action) {
      before = action;
    }

    @Override
    public boolean add(Runnable task) {
      Runnable action = before;
      before = null;
      if (action != null) {
        action.run();
      }
      return super.add(task);
    }

    void run() {
      for (Runnable task = poll(); task != null; task = poll()) {
        task.run();
      }
    }
  }

  private static final class Ignoring implements Answer<Appended> {
    @Override
    public void answered(Appended value) {}

    @Override
    public void refused(Refusal refusal) {}
  }
}
