package dev.carillon.runtime.stream;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.jetbrains.lincheck.datastructures.ManagedStrategyGuaranteeKt.forClasses;

import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.batch.QueuedLoop;
import dev.carillon.runtime.lifecycle.Backoff;
import dev.carillon.runtime.stream.InstanceStream.Exchange;
import dev.carillon.type.v1.Refusal;
import io.grpc.Status;
import io.grpc.SynchronizationContext;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The way to owners under a scheduler that decides at every access to shared memory which thread
/// goes on: one caller says one thing after the other, while the slot moves and calls break. What
/// it says is to be stored in that order, all of it.
@Tag("schedules")
final class OwnerStreamsSchedulesIT {
  private static final int SLOT = 7;
  private static final int OWNERS = 6;
  private static final Refusal NOT_HERE = Refusal.newBuilder().setReason("NOT_HERE").build();

  /// Confined to the thread that uses them, or never changed: nothing to schedule.
  private static final String[] VALUES =
      Stream.of(Refusal.class, Refusal.Builder.class, Status.class, Backoff.class)
          .map(Class::getName)
          .toArray(String[]::new);

  @Test
  void theSchedulerFindsARaceThatIsThere() {
    assertThatThrownBy(() -> check(WithoutAQueue.class)).hasMessageContaining("not as it was said");
  }

  @Test
  void nothingIsOvertakenOrLostWhileTheSlotMovesAndCallsBreak() {
    check(WithAQueue.class);
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
        .addGuarantee(forClasses(VALUES).allMethods().treatAsAtomic())
        .verifier(EpsilonVerifier.class)
        .check(scenario);
  }

  /// The streams as they are.
  public static final class WithAQueue extends Scenario {
    /// Nothing is said yet.
    public WithAQueue() {
      super(new Queued());
    }
  }

  /// What the way would be if whatever comes back were sent again at once.
  public static final class WithoutAQueue extends Scenario {
    /// Nothing is said yet.
    public WithoutAQueue() {
      super(new Unqueued());
    }
  }

  /// What may happen at the same time, whatever the way.
  public abstract static class Scenario {
    private final Way way;

    private Scenario(Way way) {
      this.way = way;
    }

    /// The caller says the next thing.
    @Operation(nonParallelGroup = "caller")
    public void say() {
      way.say(way.nextText());
    }

    /// The slot has another owner.
    @Operation(nonParallelGroup = "world")
    public void move() {
      way.move();
    }

    /// The call breaks.
    @Operation(nonParallelGroup = "world")
    public void breakOff() {
      way.breakOff();
    }

    /// The owner serves.
    @Operation(nonParallelGroup = "world")
    public void serve() {
      way.serve();
    }

    /// Holds after every schedule, once all is done.
    @Validate
    public void allIsStoredAsItWasSaid() {
      way.requireOrder();
    }
  }

  /// From one caller to an owner that is where the world says.
  private abstract static class Way {
    final List<Owner> owners = new ArrayList<>();
    final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    final QueuedLoop loop = new QueuedLoop(tasks);
    private final List<String> stored = new ArrayList<>();
    volatile Owner current;
    private int said;
    private int next;

    Way() {
      for (int i = 0; i < OWNERS; i++) {
        owners.add(new Owner("owner " + i));
      }
      current = owners.getFirst();
    }

    abstract void say(String text);

    /// The slot is at `current` now.
    abstract void moved();

    String nextText() {
      return "line " + said++;
    }

    /// The slot has another owner; the one before refuses what it has got.
    void move() {
      Owner before = current;
      next = (next + 1) % OWNERS;
      current = owners.get(next);
      moved();
      before.takeAll().forEach(line -> before.answer(line, NOT_HERE));
    }

    /// The call breaks; what it brought is stored, and nobody is told.
    void breakOff() {
      Owner at = current;
      if (at.channel.calls() > 0) {
        at.takeAll().forEach(this::store);
        at.channel.breakOff();
      }
    }

    /// What waits is done, and the owner stores and answers what it has got.
    void serve() {
      for (int left = tasks.size(); left > 0; left--) {
        Objects.requireNonNull(tasks.poll()).run();
      }
      Owner at = current;
      for (Lines.Line line : at.takeAll()) {
        store(line);
        at.answer(line, null);
      }
    }

    private void store(Lines.Line line) {
      if (!stored.contains(line.text())) {
        stored.add(line.text());
      }
    }

    /// Does what is left to do and looks at what was stored.
    void requireOrder() {
      for (int turn = 0; turn < 4 * OWNERS && stored.size() < said; turn++) {
        serve();
      }
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < said; i++) {
        expected.add("line " + i);
      }
      if (!stored.equals(expected)) {
        throw new IllegalStateException("not as it was said: " + stored + " of " + said);
      }
    }
  }

  /// An owner at the end of a channel, which gets what is sent.
  private static final class Owner {
    final String address;
    final Queue<Lines.Line> received = new ConcurrentLinkedQueue<>();
    final SilentChannel channel = new SilentChannel(this::receive);

    Owner(String address) {
      this.address = address;
    }

    private void receive(Object frame) {
      for (Object line : (List<?>) frame) {
        received.add((Lines.Line) line);
      }
    }

    List<Lines.Line> takeAll() {
      List<Lines.Line> all = new ArrayList<>();
      for (Lines.Line line = received.poll(); line != null; line = received.poll()) {
        all.add(line);
      }
      return all;
    }

    void answer(Lines.Line line, @Nullable Refusal refusal) {
      channel.answer(new Lines.Result(line.id(), refusal, false));
    }
  }

  /// The way that there is.
  private static final class Queued extends Way {
    private final FakeOwnerLookup lookup = new FakeOwnerLookup();
    private final Queue<String> answers = new ConcurrentLinkedQueue<>();
    private final OwnerStreams<String, String> streams =
        new OwnerStreams<>(
            lookup,
            address -> owner(address).channel,
            Lines::new,
            new OwnerStreams.Limits(Duration.ofHours(1), Duration.ofHours(1), 100),
            loop,
            () -> 0,
            BatchInterval.NONE);

    Queued() {
      lookup.moveQuietly(current.address);
    }

    private Owner owner(String address) {
      return owners.stream().filter(owner -> owner.address.equals(address)).findAny().orElseThrow();
    }

    @Override
    void say(String text) {
      streams.send(List.of(new OwnerItem<>(SLOT, text, new Lines.Noting(text, answers))));
    }

    @Override
    void moved() {
      lookup.move(SLOT, current.address);
    }
  }

  /// Streams that send whatever comes back again at once.
  private static final class Unqueued extends Way {
    private final List<Stubborn> streams = owners.stream().map(Stubborn::new).toList();
    private long lastId;

    @Override
    void say(String text) {
      send(new Lines.Line(++lastId, text, false));
    }

    private void send(Lines.Line line) {
      streams.get(owners.indexOf(current)).send(line);
    }

    @Override
    void moved() {}

    private final class Stubborn implements Exchange<List<Lines.Line>, Lines.Result> {
      private final Owner owner;
      private final SynchronizationContext context = InstanceStream.newContext();
      private final List<Lines.Line> waiting = new ArrayList<>();
      private final List<Lines.Line> sent = new ArrayList<>();
      private final InstanceStream<List<Lines.Line>, Lines.Result> stream =
          new InstanceStream<>(context, loop, () -> 0, BatchInterval.NONE, this);

      Stubborn(Owner owner) {
        this.owner = owner;
      }

      void send(Lines.Line line) {
        context.execute(() -> {
          waiting.add(line);
          stream.wake();
        });
      }

      @Override
      public StreamObserver<List<Lines.Line>> open(StreamObserver<Lines.Result> responses) {
        return Lines.call(owner.channel, responses);
      }

      @Override
      public boolean hasNext() {
        return !waiting.isEmpty();
      }

      @Override
      public List<Lines.Line> next() {
        List<Lines.Line> all = List.copyOf(waiting);
        waiting.clear();
        sent.addAll(all);
        return all;
      }

      @Override
      public void received(Lines.Result result) {
        for (Lines.Line line : List.copyOf(sent)) {
          if (line.id() == result.id()) {
            sent.remove(line);
            if (result.refusal() != null) {
              Unqueued.this.send(line);
            }
          }
        }
      }

      @Override
      public void broken(Status why) {
        List<Lines.Line> all = List.copyOf(sent);
        sent.clear();
        all.forEach(Unqueued.this::send);
      }
    }
  }
}
