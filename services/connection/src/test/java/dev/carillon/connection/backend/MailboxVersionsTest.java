package dev.carillon.connection.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.v1.GetMailboxVersionsRequest;
import dev.carillon.message.v1.GetMailboxVersionsResponse;
import dev.carillon.type.v1.Refusal;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class MailboxVersionsTest {
  private static final int REQUESTS = 16;

  private final MockTicker ticker = Ticker.newMockTicker();
  private final EmbeddedChannel channel = EmbeddedChannel.builder().ticker(ticker).build();
  private final List<GetMailboxVersionsRequest> requests = new ArrayList<>();
  private final List<Answer<GetMailboxVersionsResponse>> open = new ArrayList<>();
  private final List<Long> answers = new ArrayList<>();
  private final List<String> refusals = new ArrayList<>();
  private final MailboxVersions versions =
      new MailboxVersions(
          channel.eventLoop(),
          (request, answer) -> {
            requests.add(request);
            open.add(answer);
          },
          ticker::nanoTime);

  @Test
  void asksAtOnceWhileFewRequestsAreUnderWay() {
    IntStream.range(0, REQUESTS).forEach(i -> signIn("user" + i));

    assertThat(users(0)).containsExactly("user0");
    assertThat(users(15)).containsExactly("user15");
    answer(0);
    assertThat(answers).containsExactly(5L);
  }

  @Test
  void signInsThatComeMeanwhileShareTheNextRequest() {
    IntStream.range(0, REQUESTS).forEach(i -> signIn("user" + i));
    signIn("bob");
    signIn("alice");
    signIn("bob");
    assertThat(requests).hasSize(REQUESTS);

    answer(0);

    assertThat(users(REQUESTS)).containsExactly("bob", "alice");
    answer(REQUESTS);
    assertThat(answers).containsExactlyInAnyOrder(5L, 3L, 5L, 3L);
  }

  @Test
  void heartbeatsShareARequestAfterTheirDelay() {
    heartbeat("ann");
    advance(100);
    heartbeat("bob");
    assertThat(requests).isEmpty();

    advance(100);

    assertThat(users(0)).containsExactly("ann", "bob");
    answer(0);
    assertThat(answers).containsExactly(3L, 3L);
    heartbeat("cid");
    advance(199);
    assertThat(requests).hasSize(1);
    advance(1);
    assertThat(users(1)).containsExactly("cid");
  }

  @Test
  void heartbeatsGoWithTheNextSignIn() {
    heartbeat("ann");
    signIn("alice");

    assertThat(users(0)).containsExactly("ann", "alice");
    advance(200);
    assertThat(requests).hasSize(1);
  }

  @Test
  void aThousandHeartbeatsDoNotWait() {
    IntStream.range(0, 1_000).forEach(i -> heartbeat("user" + i));

    assertThat(users(0)).hasSize(1_000);
  }

  @Test
  void aRefusedRequestRefusesAllWhoShareIt() {
    heartbeat("ann");
    signIn("bob");

    open.getFirst().refused(Refusal.newBuilder().setReason("TIMEOUT").build());

    assertThat(refusals).containsExactly("TIMEOUT", "TIMEOUT");
  }

  @Test
  void anAnswerForOthersThanAskedForIsRefused() {
    signIn("ann");

    open.getFirst().answered(GetMailboxVersionsResponse.getDefaultInstance());

    assertThat(refusals).containsExactly("UNEXPECTED");
  }

  @Test
  void aSignInThatWaitsTooLongIsRefused() {
    IntStream.range(0, REQUESTS).forEach(i -> signIn("user" + i));
    signIn("bob");

    advance(2_999);
    assertThat(refusals).isEmpty();
    advance(1);

    assertThat(refusals).containsExactly("OVERLOADED");
    answer(0);
    assertThat(requests).hasSize(REQUESTS);
  }

  private List<String> users(int request) {
    return requests.get(request).getUserIdsList();
  }

  /// Answers a request with the lengths of its users' ids.
  private void answer(int request) {
    open.get(request)
        .answered(
            GetMailboxVersionsResponse.newBuilder()
                .addAllVersions(users(request).stream().map(user -> (long) user.length()).toList())
                .build());
    channel.runPendingTasks();
  }

  private void advance(int millis) {
    ticker.advance(millis, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  private void signIn(String user) {
    versions.askForSignIn(user, new Recording());
    channel.runPendingTasks();
  }

  private void heartbeat(String user) {
    versions.askForHeartbeat(user, new Recording());
    channel.runPendingTasks();
  }

  private final class Recording implements Answer<Long> {
    @Override
    public void answered(Long version) {
      answers.add(version);
    }

    @Override
    public void refused(Refusal refusal) {
      refusals.add(refusal.getReason());
    }
  }
}
