package dev.carillon.runtime.batch;

import dev.carillon.runtime.batch.SharedRead.SharedCall;
import dev.carillon.runtime.errors.Kind;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Coalesces reads: calls that arrive while others are being executed share the next execution.
///
/// Calls of one key can be answered by one execution, for instance by one statement for all of
/// them. A call that arrives while fewer executions of its key run than are allowed starts one at
/// once, on the thread of its caller. A later call waits until one of them ends, and goes with all
/// calls that wait by then. So an execution begins after its calls arrived, and reads whatever was
/// committed before.
///
/// An execution answers each call by itself. Calls that a shared execution fails to answer, or has
/// no room for, are executed once more, each alone and beside the limit of executions: the failure
/// of one call never reaches another. But when something that the execution needs is away, a
/// [Refusal] of kind [Kind#UNAVAILABLE], all its calls are refused with that: hundreds of single
/// reads would only keep it away. A call that finds too many others waiting, or waits too long, is
/// refused with `OVERLOADED`, and is not executed any more.
///
/// Thread-safe. One lock guards what waits and runs; nothing is executed or answered under it.
///
/// @param <K> which calls can share an execution
/// @param <Q> what a call asks
/// @param <A> what it is answered
public final class Coalescer<K, Q, A> {
  private static final Logger LOG = LoggerFactory.getLogger(Coalescer.class);

  private final Function<K, SharedRead<Q, A>> reads;
  private final Limits limits;
  private final Executor executor;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanos;

  private final Object lock = new Object();
  // Guarded by the lock, as are the groups in it.
  private final Map<K, Group> groups = new HashMap<>();
  // The waiting calls of all groups, the oldest first.
  private final SequencedSet<Call> waiting = new LinkedHashSet<>();
  private boolean timed;

  /// How much is executed and waits.
  ///
  /// @param executions how many executions of one key run at a time, at least 1
  /// @param calls how many calls one execution answers at most, at least 1
  /// @param waiting how many calls of all keys may wait for an execution, at least 1
  /// @param waitLimit how long a call waits for its execution to begin, at most
  public record Limits(int executions, int calls, int waiting, Duration waitLimit) {
    /// Refuses limits below 1, and a wait that is not positive.
    public Limits {
      requirePositive("executions", executions);
      requirePositive("calls", calls);
      requirePositive("waiting", waiting);
      if (!waitLimit.isPositive()) {
        throw new IllegalArgumentException("waitLimit: " + waitLimit + " (expected: above 0)");
      }
    }

    private static void requirePositive(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + ": " + value + " (expected: at least 1)");
      }
    }
  }

  private Coalescer(
      Function<K, SharedRead<Q, A>> reads,
      Limits limits,
      Executor executor,
      ScheduledExecutorService timer,
      LongSupplier nanos) {
    this.reads = reads;
    this.limits = limits;
    this.executor = executor;
    this.timer = timer;
    this.nanos = nanos;
  }

  /// A coalescer of reads that block. Shared executions run on virtual threads. Calls that a read
  /// has not answered when it returns are handed back.
  ///
  /// @param reads makes the read of a key; a key without calls is forgotten together with its read
  /// @param timer where waiting calls are refused that have waited too long
  /// @param nanos the monotonic clock
  public static <K, Q, A> Coalescer<K, Q, A> blocking(
      Function<K, SharedRead<Q, A>> reads,
      Limits limits,
      ScheduledExecutorService timer,
      LongSupplier nanos) {
    return new Coalescer<>(
        key -> {
          SharedRead<Q, A> read = reads.apply(key);
          return calls -> {
            read.read(calls);
            calls.forEach(SharedCall::handBack);
          };
        },
        limits,
        task -> Thread.ofVirtual().name("shared-read").start(task),
        timer,
        nanos);
  }

  /// A coalescer of reads that return before they are done, and answer their calls later on any
  /// thread. They must answer every call in the end: its execution holds its place until then.
  ///
  /// @param loop runs shared executions, and is the timer; the rest is as with [#blocking]
  public static <K, Q, A> Coalescer<K, Q, A> asynchronous(
      Function<K, SharedRead<Q, A>> reads,
      Limits limits,
      ScheduledExecutorService loop,
      LongSupplier nanos) {
    return new Coalescer<>(reads, limits, loop, loop, nanos);
  }

  /// Makes a call and waits for its answer.
  ///
  /// @throws Refusal `OVERLOADED` when too many calls wait or this one waited too long,
  ///   `SHUTTING_DOWN` when the thread is interrupted
  /// @throws RuntimeException the failure with which the call was refused
  public A call(K key, Q request) {
    try {
      return submit(key, List.of(request)).getFirst().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new CompletionException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(RuntimeReason.SHUTTING_DOWN, "this instance is stopping", e);
    }
  }

  /// Makes several calls of one key, which share one execution if they fit into one. When it can
  /// start at once, it runs on the calling thread.
  ///
  /// @return the answers to the calls in their order; each fails as [#call] does
  public List<CompletableFuture<A>> submit(K key, List<Q> requests) {
    List<CompletableFuture<A>> answers = new ArrayList<>(requests.size());
    List<Call> surplus = new ArrayList<>();
    Group group;
    List<List<Call>> begun;
    synchronized (lock) {
      group = groups.computeIfAbsent(key, Group::new);
      long now = nanos.getAsLong();
      for (Q request : requests) {
        CompletableFuture<A> answer = new CompletableFuture<>();
        Call call = new Call(group, request, now + limits.waitLimit().toNanos(), answer);
        answers.add(answer);
        group.waiting.add(call);
        waiting.add(call);
      }
      begun = group.begin();
      while (waiting.size() > limits.waiting()) {
        surplus.add(waiting.removeLast().group.waiting.removeLast());
      }
      watch(now);
    }
    surplus.forEach(call ->
        call.overloaded(
            "calls waiting: more than " + limits.waiting() + " (expected: so many at most)"));
    begun.stream().skip(1).forEach(more -> start(group, more, group::executionEnded));
    if (!begun.isEmpty()) {
      run(group, begun.getFirst(), group::executionEnded);
    }
    return answers;
  }

  /// How many calls wait for an execution.
  public int waiting() {
    synchronized (lock) {
      return waiting.size();
    }
  }

  /// Has the oldest call refused when its time is over.
  private void watch(long now) {
    if (timed || waiting.isEmpty()) {
      return;
    }
    try {
      timer.schedule(this::expire, waiting.getFirst().deadline - now, TimeUnit.NANOSECONDS);
      timed = true;
    } catch (RejectedExecutionException closing) {
      LOG.debug("no timer: the process is closing, and executions end by limits of their own");
    }
  }

  private void expire() {
    List<Call> late = new ArrayList<>();
    synchronized (lock) {
      timed = false;
      long now = nanos.getAsLong();
      while (!waiting.isEmpty() && waiting.getFirst().deadline - now <= 0) {
        late.add(waiting.removeFirst().group.waiting.removeFirst());
      }
      watch(now);
    }
    late.forEach(call ->
        call.overloaded(
            "waited for " + limits.waitLimit().toMillis() + " ms (expected: to be read by then)"));
  }

  private void start(Group group, List<Call> calls, Runnable executionEnded) {
    try {
      executor.execute(() -> run(group, calls, executionEnded));
    } catch (RejectedExecutionException closing) {
      Refusal refusal =
          new Refusal(RuntimeReason.SHUTTING_DOWN, "this instance is stopping", closing);
      calls.forEach(call -> call.answer.completeExceptionally(refusal));
      executionEnded.run();
    }
  }

  /// One execution, which has ended when the read has returned and every call has an outcome.
  private void run(Group group, List<Call> calls, Runnable executionEnded) {
    AtomicInteger open = new AtomicInteger(calls.size() + 1);
    Runnable oneLess =
        () -> {
          if (open.decrementAndGet() == 0) {
            executionEnded.run();
          }
        };
    calls.forEach(call -> call.begin(calls.size() > 1, oneLess));
    try {
      group.read.read(List.copyOf(calls));
    } catch (RuntimeException failure) {
      if (calls.size() == 1 || isAway(failure)) {
        calls.forEach(call -> call.refuse(failure));
      } else {
        LOG.debug("{} calls are executed alone, together they failed", calls.size(), failure);
        calls.forEach(Call::handBack);
      }
    } catch (Error failure) {
      calls.forEach(call -> call.refuse(failure));
    } finally {
      oneLess.run();
    }
  }

  private static boolean isAway(RuntimeException failure) {
    return failure instanceof Refusal refusal && refusal.reason().kind() == Kind.UNAVAILABLE;
  }

  /// The calls of one key: those that wait, and how many executions run.
  private final class Group {
    private final K key;
    private final SharedRead<Q, A> read;
    private final Deque<Call> waiting = new ArrayDeque<>();
    private int running;

    Group(K key) {
      this.key = key;
      this.read = reads.apply(key);
    }

    /// Takes waiting calls into executions, as many as may run now; forgets an idle group.
    List<List<Call>> begin() {
      List<List<Call>> begun = new ArrayList<>(1);
      while (running < limits.executions() && !waiting.isEmpty()) {
        List<Call> calls = new ArrayList<>();
        while (calls.size() < limits.calls() && !waiting.isEmpty()) {
          calls.add(waiting.removeFirst());
        }
        calls.forEach(Coalescer.this.waiting::remove);
        running++;
        begun.add(calls);
      }
      if (running == 0) {
        groups.remove(key);
      }
      return begun;
    }

    /// An execution has ended; those that wait go with the next, on another thread, because the
    /// caller who ran this one has its answer.
    void executionEnded() {
      List<List<Call>> begun;
      synchronized (lock) {
        running--;
        begun = begin();
      }
      begun.forEach(calls -> start(this, calls, this::executionEnded));
    }
  }

  /// One call of one caller, while it waits and within its one execution.
  private final class Call implements SharedCall<Q, A> {
    private final Group group;
    private final Q request;
    private final long deadline;
    private final CompletableFuture<A> answer;
    private final AtomicBoolean open = new AtomicBoolean(true);
    private boolean shared;
    private Runnable whenSettled = () -> {};

    Call(Group group, Q request, long deadline, CompletableFuture<A> answer) {
      this.group = group;
      this.request = request;
      this.deadline = deadline;
      this.answer = answer;
    }

    void overloaded(String text) {
      answer.completeExceptionally(new Refusal(RuntimeReason.OVERLOADED, text));
    }

    /// @param beside whether the execution has other calls
    /// @param after runs when the call has its outcome
    void begin(boolean beside, Runnable after) {
      shared = beside;
      whenSettled = after;
    }

    @Override
    public Q request() {
      return request;
    }

    @Override
    public void answer(A value) {
      settle(() -> answer.complete(value));
    }

    @Override
    public void refuse(Throwable failure) {
      settle(() -> answer.completeExceptionally(failure));
    }

    @Override
    public void handBack() {
      if (shared) {
        Call alone = new Call(group, request, deadline, answer);
        settle(() -> start(group, List.of(alone), () -> {}));
      } else {
        refuse(new IllegalStateException("call: left open (expected: answered or refused)"));
      }
    }

    private void settle(Runnable outcome) {
      if (open.compareAndSet(true, false)) {
        outcome.run();
        whenSettled.run();
      }
    }
  }
}
