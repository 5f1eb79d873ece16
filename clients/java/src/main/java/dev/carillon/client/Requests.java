package dev.carillon.client;

import dev.carillon.client.CarillonException.Kind;
import dev.carillon.client.transport.Backoff;
import dev.carillon.client.transport.Timers;
import dev.carillon.client.transport.Transport;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.ServerFrame;
import dev.carillon.type.v1.Refusal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// The requests of one client that are not answered yet: sends them, and again after a reconnect,
/// until their deadline.
///
/// Requests of one queue are sent one at a time, so that the messages of a sender are stored in the
/// order of the calls even when one attempt is refused and repeated. Confined to the client's loop.
final class Requests {
  private static final int MAX_PENDING = 10_000;
  private static final String RETRY_AFTER = "retry_after_ms";
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration LAST_RETRY = Duration.ofSeconds(5);
  private static final Executor COMPLETIONS = Executors.newVirtualThreadPerTaskExecutor();

  private final Executor loop;
  private final Set<Request> pending = new LinkedHashSet<>();
  private final Map<Long, Request> inFlight = new LinkedHashMap<>();
  private final Deque<Request> ready = new ArrayDeque<>();
  private final Map<String, Deque<Request>> queues = new HashMap<>();
  private long nextId = 1;
  private int inFlightLimit = 1;
  private @Nullable Transport transport;
  private @Nullable CarillonException closed;

  Requests(Executor loop) {
    this.loop = loop;
  }

  /// Makes the frame of a request.
  @FunctionalInterface
  interface FrameMaker {
    /// The frame under a request id.
    ///
    /// @param resend whether an earlier attempt may have been taken
    ClientFrame make(long requestId, boolean resend);
  }

  private static final class Request {
    final FrameMaker frames;
    final @Nullable String queue;
    final CompletableFuture<ServerFrame> answer = new CompletableFuture<>();
    @Nullable Future<?> deadline;
    String lastRefusal = "no server answered";
    int attempts;
    boolean done;

    Request(FrameMaker frames, @Nullable String queue) {
      this.frames = frames;
      this.queue = queue;
    }
  }

  /// Takes a request on.
  ///
  /// @param queue requests of the same queue are sent one after the other; null: at once
  /// @return the answer, completed on a thread that may block; fails with [CarillonException]
  CompletableFuture<ServerFrame> submit(
      FrameMaker frames, @Nullable String queue, Duration timeout) {
    Request request = new Request(frames, queue);
    CarillonException end = closed;
    if (end != null) {
      request.answer.completeExceptionally(end);
      return request.answer;
    }
    if (pending.size() >= MAX_PENDING) {
      request.answer.completeExceptionally(
          new CarillonException(
              Kind.TOO_MANY_PENDING,
              Kind.TOO_MANY_PENDING.name(),
              "pending requests: " + pending.size() + " (expected: below " + MAX_PENDING + ")"));
      return request.answer;
    }
    pending.add(request);
    request.deadline = Timers.after(timeout, loop, () -> expire(request));
    if (queue == null) {
      ready.add(request);
    } else {
      Deque<Request> waiting = queues.computeIfAbsent(queue, key -> new ArrayDeque<>());
      waiting.add(request);
      if (waiting.size() == 1) {
        ready.add(request);
      }
    }
    transmit();
    return request.answer;
  }

  /// The session is open: everything unanswered is sent again, oldest first.
  void connected(Transport to, int limit) {
    transport = to;
    inFlightLimit = Math.max(1, limit);
    transmit();
  }

  /// The connection is gone: what was in flight waits for the next one.
  void disconnected() {
    transport = null;
    List<Request> unanswered = new ArrayList<>(inFlight.values());
    inFlight.clear();
    for (int i = unanswered.size() - 1; i >= 0; i--) {
      ready.addFirst(unanswered.get(i));
    }
  }

  void answered(long requestId, ServerFrame answer) {
    Request request = inFlight.remove(requestId);
    if (request != null) {
      finish(request, answer, null);
    }
    transmit();
  }

  void refused(long requestId, Refusal refusal) {
    Request request = inFlight.remove(requestId);
    if (request != null && !refusal.getRetryable()) {
      finish(
          request,
          null,
          new CarillonException(Kind.REFUSED, refusal.getReason(), refusal.getMessage()));
    } else if (request != null && !request.done) {
      request.lastRefusal = refusal.getReason() + ": " + refusal.getMessage();
      Timers.after(
          advised(refusal).plus(Backoff.fullJitter(FIRST_RETRY, LAST_RETRY, request.attempts)),
          loop,
          () -> {
            if (!request.done) {
              ready.addFirst(request);
              transmit();
            }
          });
    }
    transmit();
  }

  /// How long the server wants to be left alone, within reason.
  private static Duration advised(Refusal refusal) {
    String millis = refusal.getMetadataOrDefault(RETRY_AFTER, "");
    return millis.matches("\\d{1,6}")
        ? Duration.ofMillis(Math.min(Long.parseLong(millis), LAST_RETRY.toMillis()))
        : Duration.ZERO;
  }

  /// Fails everything, now and later; what waits to be repeated too.
  void close(CarillonException cause) {
    closed = cause;
    transport = null;
    inFlight.clear();
    ready.clear();
    queues.clear();
    List.copyOf(pending).forEach(request -> finish(request, null, cause));
  }

  private void transmit() {
    Transport to = transport;
    while (to != null && inFlight.size() < inFlightLimit && !ready.isEmpty()) {
      Request request = ready.remove();
      if (!request.done) {
        long id = nextId++;
        inFlight.put(id, request);
        to.send(request.frames.make(id, request.attempts++ > 0));
      }
    }
  }

  private void expire(Request request) {
    inFlight.values().remove(request);
    ready.remove(request);
    finish(
        request,
        null,
        new CarillonException(Kind.UNREACHABLE, Kind.UNREACHABLE.name(), request.lastRefusal));
    transmit();
  }

  private void finish(
      Request request, @Nullable ServerFrame answer, @Nullable CarillonException failure) {
    if (request.done) {
      return;
    }
    request.done = true;
    pending.remove(request);
    if (request.deadline != null) {
      request.deadline.cancel(false);
    }
    // Dependents of the future are the application's code, which may block: never on the loop.
    COMPLETIONS.execute(() -> {
      if (answer != null) {
        request.answer.complete(answer);
      } else if (failure != null) {
        request.answer.completeExceptionally(failure);
      }
    });
    nextInQueue(request);
  }

  private void nextInQueue(Request finished) {
    String queue = finished.queue;
    Deque<Request> waiting = queue == null ? null : queues.get(queue);
    if (queue == null || waiting == null) {
      return;
    }
    boolean wasFirst = waiting.peek() == finished;
    waiting.remove(finished);
    Request next = waiting.peek();
    if (next == null) {
      queues.remove(queue);
    } else if (wasFirst) {
      ready.add(next);
    }
  }
}
