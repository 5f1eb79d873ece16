package dev.carillon.connection.backend;

import dev.carillon.message.v1.GetMailboxVersionsRequest;
import dev.carillon.message.v1.GetMailboxVersionsResponse;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/// Gathers the questions for mailbox versions of a few milliseconds into one call, because sign-ins
/// come by the thousand; a question that comes after a while without any goes at once, because
/// somebody who signs in may be waiting.
///
/// Heartbeats can wait much longer, and come all the time: without that a gateway of idle devices
/// would do little else than make calls.
final class MailboxVersions {
  private static final Duration GATHER = Duration.ofMillis(10);
  private static final Duration PATIENCE = Duration.ofMillis(200);
  private static final int USERS_PER_CALL = 1_000;

  private final EventLoop loop;
  private final BiConsumer<GetMailboxVersionsRequest, Answer<GetMailboxVersionsResponse>> call;
  private final Map<String, List<Answer<Long>>> waiting = new HashMap<>();
  private boolean gathering;
  private boolean urgent;
  private boolean patient;

  /// @param loop runs the gathering; nothing here blocks it
  /// @param call makes one call for many users
  MailboxVersions(
      EventLoop loop,
      BiConsumer<GetMailboxVersionsRequest, Answer<GetMailboxVersionsResponse>> call) {
    this.loop = loop;
    this.call = call;
  }

  /// Asks for somebody who waits for it.
  void ask(String userId, Answer<Long> answer) {
    loop.execute(() -> {
      urgent = true;
      add(userId, answer);
      if (!gathering) {
        gathering = true;
        loop.execute(this::askUrgent);
      }
    });
  }

  /// Asks for somebody who can wait a moment; at the latest with the next who cannot.
  void askInTime(String userId, Answer<Long> answer) {
    loop.execute(() -> {
      add(userId, answer);
      if (!patient) {
        patient = true;
        loop.schedule(this::askPatient, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      }
    });
  }

  private void add(String userId, Answer<Long> answer) {
    waiting.computeIfAbsent(userId, user -> new ArrayList<>(1)).add(answer);
    if (waiting.size() >= USERS_PER_CALL) {
      flush();
    }
  }

  private void askUrgent() {
    gathering = urgent;
    if (urgent) {
      loop.schedule(this::askUrgent, GATHER.toMillis(), TimeUnit.MILLISECONDS);
      flush();
    }
  }

  private void askPatient() {
    patient = false;
    if (!waiting.isEmpty()) {
      flush();
    }
  }

  private void flush() {
    urgent = false;
    List<String> users = List.copyOf(waiting.keySet());
    List<List<Answer<Long>>> answers = users.stream().map(waiting::get).toList();
    waiting.clear();
    call.accept(
        GetMailboxVersionsRequest.newBuilder().addAllUserIds(users).build(),
        new Answer<>() {
          @Override
          public void answered(GetMailboxVersionsResponse response) {
            for (int i = 0; i < answers.size(); i++) {
              long version = response.getVersions(i);
              answers.get(i).forEach(answer -> answer.answered(version));
            }
          }

          @Override
          public void refused(dev.carillon.type.v1.Refusal refusal) {
            answers.forEach(same -> same.forEach(answer -> answer.refused(refusal)));
          }
        });
  }
}
