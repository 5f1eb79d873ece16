package dev.carillon.connection.backend;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import com.google.protobuf.ByteString;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.AppendRequest;
import dev.carillon.message.v1.AppendResponse;
import dev.carillon.message.v1.AppendResult;
import dev.carillon.message.v1.Appended;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.type.v1.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.junit.jupiter.api.Test;

/// A lane and the streams under it under a scheduler that decides at every access to shared memory
/// which thread goes on: one session says one thing after the other, while the slot moves and
/// streams break. What it says is to be stored in that order, all of it.
final class SlotLaneSchedulesIT {
  /// Not of the length of a conversation id, whose words the scheduler cannot follow.
  private static final ByteString CONVERSATION = ByteString.copyFromUtf8("ann");

  private static final int STREAMS = 6;

  /// Confined to the thread that makes them: nothing to schedule.
  private static final String[] FRAMES =
      Stream.of(
              AppendItem.class,
              AppendItem.Builder.class,
              AppendRequest.class,
              AppendRequest.Builder.class,
              AppendResponse.class,
              AppendResponse.Builder.class,
              AppendResult.class,
              AppendResult.Builder.class)
          .map(Class::getName)
          .toArray(String[]::new);

  @Test
  void theSchedulerFindsARaceThatIsThere() {
    assertThatThrownBy(() -> check(WithoutALane.class)).hasMessageContaining("not as it was said");
  }

  @Test
  void nothingIsOvertakenOrLostWhileTheSlotMovesAndStreamsBreak() {
    check(WithALane.class);
  }

  private static void check(Class<?> scenario) {
    new ModelCheckingOptions()
        .threads(2)
        .actorsPerThread(3)
        .actorsBefore(0)
        .actorsAfter(0)
        .iterations(5)
        .invocationsPerIteration(60)
        .minimizeFailedScenario(false)
        .addGuarantee(forClasses(FRAMES).allMethods().treatAsAtomic())
        .verifier(EpsilonVerifier.class)
        .check(scenario);
  }

  /// The lane as it is.
  public static final class WithALane extends Scenario {
    /// Nothing is said yet.
    public WithALane() {
      super(new Laned());
    }
  }

  /// What the way would be if whatever comes back were sent again at once.
  public static final class WithoutALane extends Scenario {
    /// Nothing is said yet.
    public WithoutALane() {
      super((item, stream) -> stream.get().offer(item));
    }
  }

  /// What may happen at the same time, whatever the way.
  public abstract static class Scenario {
    private final Road road;

    private Scenario(Way way) {
      road = new Road(way);
    }

    /// The session says the next thing.
    @Operation(nonParallelGroup = "session")
    public void say() {
      road.say();
    }

    /// The slot has another home.
    @Operation(nonParallelGroup = "world")
    public void move() {
      road.move();
    }

    /// The stream breaks.
    @Operation(nonParallelGroup = "world")
    public void breakOff() {
      road.breakOff();
    }

    /// The home serves.
    @Operation(nonParallelGroup = "world")
    public void serve() {
      road.serve();
    }

    /// Holds after every schedule, once all is done.
    @Validate
    public void allIsStoredAsItWasSaid() {
      road.requireOrder();
    }
  }

  /// How items get to streams.
  private interface Way {
    void send(PendingAppend item, Supplier<AppendStream> stream);

    default void comeBack(PendingAppend item, Supplier<AppendStream> stream) {
      send(item, stream);
    }

    default void answered(PendingAppend item) {}

    default void resume(AppendStream stream) {}
  }

  /// The way that there is.
  private static final class Laned implements Way {
    private final SlotLane lane = new SlotLane();

    @Override
    public void send(PendingAppend item, Supplier<AppendStream> stream) {
      lane.add(item, slot -> stream.get());
    }

    @Override
    public void comeBack(PendingAppend item, Supplier<AppendStream> stream) {
      lane.cameBack(item);
    }

    @Override
    public void answered(PendingAppend item) {
      lane.done(item);
    }

    @Override
    public void resume(AppendStream stream) {
      lane.resume(stream);
    }
  }

  /// From one session to a home that is where the world says.
  private static final class Road implements AppendStream.Listener {
    private final Way way;
    private final List<Home> homes = new ArrayList<>();
    private final Queue<Runnable> loop = new ConcurrentLinkedQueue<>();
    private final List<Long> stored = new ArrayList<>();
    private volatile Home current;
    private long said;
    private int next;

    Road(Way way) {
      this.way = way;
      for (int i = 0; i < STREAMS; i++) {
        homes.add(new Home("home " + i, this, loop));
      }
      current = homes.getFirst();
    }

    private AppendStream stream() {
      return current.stream;
    }

    /// The session says the next thing.
    void say() {
      AppendItem item =
          AppendItem.newBuilder().setItemId(++said).setConversationId(CONVERSATION).build();
      way.send(new PendingAppend(item, Long.MAX_VALUE, new Ignoring()), this::stream);
    }

    /// The slot has another home; the one before refuses what it has got.
    void move() {
      Home before = current;
      follow();
      way.resume(current.stream);
      before.takeAll().forEach(before::refuse);
    }

    /// The stream breaks; what it brought is stored, and nobody is told.
    void breakOff() {
      Home before = current;
      before.takeAll().forEach(this::store);
      follow();
      before.stream.onError(new IllegalStateException("broken off by the test"));
    }

    /// What waits is sent, and the home stores and answers what it has got.
    void serve() {
      for (Runnable task = loop.poll(); task != null; task = loop.poll()) {
        task.run();
      }
      Home at = current;
      for (long id : at.takeAll()) {
        store(id);
        at.answer(id);
      }
    }

    /// Does what is left to do and looks at what was stored.
    void requireOrder() {
      for (int round = 0; round < STREAMS && stored.size() < said; round++) {
        way.resume(current.stream);
        serve();
      }
      List<Long> expected = new ArrayList<>();
      for (long id = 1; id <= said; id++) {
        expected.add(id);
      }
      if (!stored.equals(expected)) {
        throw new IllegalStateException("not as it was said: " + stored + " of " + said);
      }
    }

    @Override
    public void result(PendingAppend item, AppendResult result) {
      if (result.hasAppended()) {
        way.answered(item);
      } else {
        way.comeBack(item, this::stream);
      }
    }

    @Override
    public void broken(AppendStream stream, List<PendingAppend> unanswered) {
      unanswered.forEach(item -> way.comeBack(item, this::stream));
    }

    private void follow() {
      next = (next + 1) % STREAMS;
      current = homes.get(next);
    }

    private void store(long id) {
      if (!stored.contains(id)) {
        stored.add(id);
      }
    }
  }

  /// A home at the end of a stream, which gets what is sent.
  private static final class Home {
    private final AppendStream stream;
    private final Queue<Long> received = new ConcurrentLinkedQueue<>();

    Home(String address, AppendStream.Listener listener, Queue<Runnable> loop) {
      stream =
          AppendStream.open(
              address,
              new SilentChannel(this::receive),
              new QueuedLoop(loop),
              Duration.ZERO,
              listener,
              FailPoints.NONE);
    }

    private void receive(Object request) {
      ((AppendRequest) request).getItemsList().forEach(item -> received.add(item.getItemId()));
    }

    List<Long> takeAll() {
      List<Long> all = new ArrayList<>();
      for (Long id = received.poll(); id != null; id = received.poll()) {
        all.add(id);
      }
      return all;
    }

    void answer(long id) {
      AppendResult.Builder result = AppendResult.newBuilder().setItemId(id);
      result.setAppended(Appended.getDefaultInstance());
      stream.onNext(AppendResponse.newBuilder().addResults(result).build());
    }

    void refuse(long id) {
      AppendResult.Builder result = AppendResult.newBuilder().setItemId(id);
      result.setRefusal(Refusal.getDefaultInstance());
      stream.onNext(AppendResponse.newBuilder().addResults(result).build());
    }
  }

  private static final class Ignoring implements Answer<Appended> {
    @Override
    public void answered(Appended value) {}

    @Override
    public void refused(Refusal refusal) {}
  }
}
