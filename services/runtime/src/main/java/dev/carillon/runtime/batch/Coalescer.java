package dev.carillon.runtime.batch;

import dev.carillon.runtime.errors.Kind;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
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
  private final CoalescerLimits limits;
  private final Executor executor;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanos;

  private final Object lock = new Object();
  // Guarded by the lock, as are the groups in it.
  private final Map<K, Group> groups = new HashMap<>();
  // The waiting calls of all groups, the oldest first.
  private final SequencedSet<Call> waiting = new LinkedHashSet<>();
  private boolean timed;

  private Coalescer(
      Function<K, SharedRead<Q, A>> reads,
      CoalescerLimits limits,
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
      CoalescerLimits limits,
      ScheduledExecutorService timer,
      LongSupplier nanos) {
    return new Coalescer<>(
        key -> handingBack(reads.apply(key)),
        limits,
        task -> Thread.ofVirtual().name("shared-read").start(task),
        timer,
        nanos);
  }

  /// A coalescer of reads that return before they are done, and answer their calls later on any
  /// thread. They must answer every call in the end: its execution holds its place until then.
  ///
  /// @param reads makes the read of a key; a key without calls is forgotten together with its read
  /// @param loop runs shared executions, and refuses calls that have waited too long
  /// @param nanos the monotonic clock
  public static <K, Q, A> Coalescer<K, Q, A> asynchronous(
      Function<K, SharedRead<Q, A>> reads,
      CoalescerLimits limits,
      ScheduledExecutorService loop,
      LongSupplier nanos) {
    return new Coalescer<>(reads, limits, loop, loop, nanos);
  }

  private static <Q, A> SharedRead<Q, A> handingBack(SharedRead<Q, A> read) {
    return calls -> {
      read.read(calls);
      calls.forEach(SharedCall::handBack);
    };
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
    List<Call> calls = new ArrayList<>(requests.size());
    List<Call> surplus;
    List<Execution> begun;
    synchronized (lock) {
      Group group = groups.computeIfAbsent(key, Group::new);
      long now = nanos.getAsLong();
      for (Q request : requests) {
        Call call = new Call(group, request, now + limits.waitLimit().toNanos());
        calls.add(call);
        group.waiting.add(call);
        waiting.add(call);
      }
      begun = group.begin();
      surplus = removeSurplus();
      watch(now);
      forgetIdle(group);
    }
    surplus.forEach(call ->
        call.overloaded(
            "calls waiting: more than " + limits.waiting() + " (expected: so many at most)"));
    for (int i = 1; i < begun.size(); i++) {
      start(begun.get(i));
    }
    if (!begun.isEmpty()) {
      begun.getFirst().run();
    }
    return calls.stream().map(call -> call.answer).toList();
  }

  /// How many calls wait for an execution.
  public int waiting() {
    synchronized (lock) {
      return waiting.size();
    }
  }

  private List<Call> removeSurplus() {
    List<Call> surplus = new ArrayList<>();
    while (waiting.size() > limits.waiting()) {
      Call newest = waiting.removeLast();
      newest.group.waiting.removeLast();
      surplus.add(newest);
    }
    return surplus;
  }

  /// Has the oldest call refused when its time is over.
  private void watch(long now) {
    if (timed || waiting.isEmpty()) {
      return;
    }
    try {
      timer.schedule(this::expire, waiting.getFirst().end - now, TimeUnit.NANOSECONDS);
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
      while (!waiting.isEmpty() && waiting.getFirst().end - now <= 0) {
        Call oldest = waiting.removeFirst();
        oldest.group.waiting.removeFirst();
        late.add(oldest);
      }
      watch(now);
    }
    late.forEach(call ->
        call.overloaded(
            "waited for " + limits.waitLimit().toMillis() + " ms (expected: to be read by then)"));
  }

  private void forgetIdle(Group group) {
    if (group.running == 0) {
      groups.remove(group.key);
    }
  }

  private void start(Execution execution) {
    try {
      executor.execute(execution::run);
    } catch (RejectedExecutionException closing) {
      execution.refuse(
          new Refusal(RuntimeReason.SHUTTING_DOWN, "this instance is stopping", closing));
    }
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

    /// Takes waiting calls into executions, as many as may run now.
    List<Execution> begin() {
      List<Execution> begun = new ArrayList<>(1);
      while (running < limits.executions() && !waiting.isEmpty()) {
        List<Call> calls = new ArrayList<>();
        while (calls.size() < limits.calls() && !waiting.isEmpty()) {
          Call call = waiting.removeFirst();
          Coalescer.this.waiting.remove(call);
          calls.add(call);
        }
        running++;
        begun.add(new Execution(this, calls, this::ended));
      }
      return begun;
    }

    /// An execution has ended; those that wait go with the next, on another thread, because the
    /// caller who ran this one has its answer.
    private void ended() {
      List<Execution> begun;
      synchronized (lock) {
        running--;
        begun = begin();
        forgetIdle(this);
      }
      begun.forEach(Coalescer.this::start);
    }
  }

  /// One call of one caller.
  private final class Call {
    private final Group group;
    private final Q request;
    private final long end;
    private final CompletableFuture<A> answer = new CompletableFuture<>();

    Call(Group group, Q request, long end) {
      this.group = group;
      this.request = request;
      this.end = end;
    }

    void overloaded(String text) {
      answer.completeExceptionally(new Refusal(RuntimeReason.OVERLOADED, text));
    }
  }

  /// One run of a read, for one call or for several.
  private final class Execution {
    private final Group group;
    private final Runnable ended;
    private final List<Attempt> attempts;
    // The attempts without an outcome, and the read itself until it returns.
    private final AtomicInteger open;

    Execution(Group group, List<Call> calls, Runnable ended) {
      this.group = group;
      this.ended = ended;
      this.attempts = calls.stream().map(call -> new Attempt(this, call)).toList();
      this.open = new AtomicInteger(calls.size() + 1);
    }

    boolean isShared() {
      return attempts.size() > 1;
    }

    void run() {
      try {
        group.read.read(List.copyOf(attempts));
      } catch (RuntimeException failure) {
        if (isShared() && !isAway(failure)) {
          LOG.debug("{} calls are executed alone, together they failed", attempts.size(), failure);
          attempts.forEach(Attempt::handBack);
        } else {
          attempts.forEach(attempt -> attempt.refuse(failure));
        }
      } catch (Error failure) {
        attempts.forEach(attempt -> attempt.fail(failure));
      } finally {
        oneLess();
      }
    }

    private static boolean isAway(RuntimeException failure) {
      return failure instanceof Refusal refusal && refusal.reason().kind() == Kind.UNAVAILABLE;
    }

    /// Refuses all calls instead of running.
    void refuse(RuntimeException failure) {
      attempts.forEach(attempt -> attempt.refuse(failure));
      oneLess();
    }

    private void oneLess() {
      if (open.decrementAndGet() == 0) {
        ended.run();
      }
    }
  }

  /// One call within one execution.
  private final class Attempt implements SharedCall<Q, A> {
    private final Execution execution;
    private final Call call;
    private final AtomicBoolean open = new AtomicBoolean(true);

    Attempt(Execution execution, Call call) {
      this.execution = execution;
      this.call = call;
    }

    @Override
    public Q request() {
      return call.request;
    }

    @Override
    public void answer(A answer) {
      end(() -> call.answer.complete(answer));
    }

    @Override
    public void refuse(RuntimeException failure) {
      fail(failure);
    }

    void fail(Throwable failure) {
      end(() -> call.answer.completeExceptionally(failure));
    }

    @Override
    public void handBack() {
      if (execution.isShared()) {
        end(() -> start(new Execution(call.group, List.of(call), () -> {})));
      } else {
        fail(new IllegalStateException("call: left open (expected: answered or refused)"));
      }
    }

    private void end(Runnable outcome) {
      if (open.compareAndSet(true, false)) {
        outcome.run();
        execution.oneLess();
      }
    }
  }
}
