package dev.carillon.connection.backend;

import dev.carillon.message.v1.GetMailboxVersionsRequest;
import dev.carillon.message.v1.GetMailboxVersionsResponse;
import dev.carillon.runtime.batch.Coalescer;
import dev.carillon.runtime.batch.SharedRead.SharedCall;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.grpc.Refusals;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/// Reads the mailbox versions of many users with few requests, because devices sign in by the
/// thousand: a sign-in is asked for at once while few requests are under way, and otherwise with
/// the next one, see [Coalescer].
///
/// A heartbeat waits for the next sign-in, or for [#HEARTBEAT_DELAY]. Confined to its event loop.
final class MailboxVersions {
  /// How long a heartbeat may wait for others. Heartbeats come all the time, and nobody waits for
  /// their versions: without this delay a gateway of idle devices would do little else than make
  /// requests.
  private static final Duration HEARTBEAT_DELAY = Duration.ofMillis(200);

  private static final int USERS_PER_REQUEST = 1_000;

  /// Requests under way at a time. Those to an instance that has stopped hold their places until
  /// they time out; with so many places the others still go on meanwhile.
  private static final int REQUESTS = 16;

  /// Longer than a request may take: the places of requests that time out are free by then.
  private static final Duration WAIT_LIMIT = Duration.ofSeconds(3);

  private static final Coalescer.Limits LIMITS =
      new Coalescer.Limits(REQUESTS, USERS_PER_REQUEST, 50_000, WAIT_LIMIT);
  private static final String ALL_USERS = "";

  private final EventLoop loop;
  private final BiConsumer<GetMailboxVersionsRequest, Answer<GetMailboxVersionsResponse>> request;
  private final Coalescer<String, String, Long> coalescer;
  private final List<Question> questions = new ArrayList<>();
  private boolean delaying;

  /// One user's version, and who asked for it.
  private record Question(String userId, Answer<Long> answer) {}

  /// @param loop where questions are collected; nothing here blocks it
  /// @param request makes one request for many users, does not block, and answers it in any case
  /// @param nanos the monotonic clock
  MailboxVersions(
      EventLoop loop,
      BiConsumer<GetMailboxVersionsRequest, Answer<GetMailboxVersionsResponse>> request,
      LongSupplier nanos) {
    this.loop = loop;
    this.request = request;
    this.coalescer = Coalescer.asynchronous(users -> this::read, LIMITS, loop, nanos);
  }

  /// Asks for a device that signs in and waits for the answer.
  void askForSignIn(String userId, Answer<Long> answer) {
    loop.execute(() -> {
      questions.add(new Question(userId, answer));
      askAll();
    });
  }

  /// Asks for a heartbeat; at the latest with the next sign-in.
  void askForHeartbeat(String userId, Answer<Long> answer) {
    loop.execute(() -> {
      questions.add(new Question(userId, answer));
      if (questions.size() >= USERS_PER_REQUEST) {
        askAll();
      } else if (!delaying) {
        delaying = true;
        loop.schedule(this::askDelayed, HEARTBEAT_DELAY.toMillis(), TimeUnit.MILLISECONDS);
      }
    });
  }

  private void askDelayed() {
    delaying = false;
    askAll();
  }

  private void askAll() {
    List<Question> asked = List.copyOf(questions);
    questions.clear();
    List<CompletableFuture<Long>> versions =
        coalescer.submit(ALL_USERS, asked.stream().map(Question::userId).toList());
    for (int i = 0; i < asked.size(); i++) {
      versions.get(i).whenComplete(asked.get(i).answer()::take);
    }
  }

  private void read(List<SharedCall<String, Long>> calls) {
    List<String> users = calls.stream().map(SharedCall::request).distinct().toList();
    request.accept(
        GetMailboxVersionsRequest.newBuilder().addAllUserIds(users).build(),
        Answer.of(
            response -> answer(calls, users, response.getVersionsList()),
            refusal -> refuse(calls, Refusals.ofFrame(refusal))));
  }

  private static void answer(
      List<SharedCall<String, Long>> calls, List<String> users, List<Long> found) {
    if (found.size() != users.size()) {
      String text = "versions: " + found.size() + " (expected: " + users.size() + ")";
      refuse(calls, new Refusal(RuntimeReason.UNEXPECTED, text));
      return;
    }
    Map<String, Long> versions = new HashMap<>();
    for (int i = 0; i < users.size(); i++) {
      versions.put(users.get(i), found.get(i));
    }
    calls.forEach(call -> call.answer(versions.getOrDefault(call.request(), 0L)));
  }

  private static void refuse(List<SharedCall<String, Long>> calls, Refusal refusal) {
    calls.forEach(call -> call.refuse(refusal));
  }
}
