package dev.carillon.connection.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.v1.GetMailboxVersionsResponse;
import dev.carillon.type.v1.Refusal;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class MailboxVersionsTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final List<Set<String>> calls = new ArrayList<>();
  private final List<Long> answers = new ArrayList<>();
  private final MailboxVersions versions =
      new MailboxVersions(
          channel.eventLoop(),
          (request, answer) -> {
            calls.add(Set.copyOf(request.getUserIdsList()));
            answer.answered(
                GetMailboxVersionsResponse.newBuilder()
                    .addAllVersions(
                        request.getUserIdsList().stream()
                            .map(user -> (long) user.length())
                            .toList())
                    .build());
          });

  MailboxVersionsTest() {
    channel.freezeTime();
  }

  @Test
  void asksAtOnceForSomebodyWhoComesAlone() {
    ask("ann");
    channel.runPendingTasks();

    assertThat(calls).containsExactly(Set.of("ann"));
    assertThat(answers).containsExactly(3L);
  }

  @Test
  void asksTogetherForThoseWhoComeSoonAfter() {
    ask("ann");
    channel.runPendingTasks();
    ask("bob");
    ask("alice");
    ask("bob");
    channel.runPendingTasks();
    assertThat(calls).hasSize(1);

    later();

    assertThat(calls).containsExactly(Set.of("ann"), Set.of("bob", "alice"));
    assertThat(answers).containsExactlyInAnyOrder(3L, 3L, 3L, 5L);
  }

  @Test
  void asksAtOnceAgainAfterAWhileWithoutQuestions() {
    ask("ann");
    channel.runPendingTasks();
    later();
    assertThat(calls).hasSize(1);

    ask("bob");
    channel.runPendingTasks();

    assertThat(calls).containsExactly(Set.of("ann"), Set.of("bob"));
  }

  @Test
  void thoseWhoCanWaitAreAskedForTogether() {
    versions.askInTime("ann", noted());
    channel.runPendingTasks();
    later();
    versions.askInTime("bob", noted());
    channel.runPendingTasks();
    assertThat(calls).isEmpty();

    channel.advanceTimeBy(190, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();

    assertThat(calls).containsExactly(Set.of("ann", "bob"));
    assertThat(answers).containsExactly(3L, 3L);
  }

  @Test
  void thoseWhoCanWaitGoWithTheNextWhoCannot() {
    versions.askInTime("ann", noted());
    ask("alice");
    channel.runPendingTasks();

    assertThat(calls).containsExactly(Set.of("ann", "alice"));
  }

  @Test
  void thoseWhoCanWaitDoNotGoWithTheGatheringOfThoseWhoCannot() {
    ask("alice");
    channel.runPendingTasks();
    versions.askInTime("ann", noted());
    later();

    assertThat(calls).containsExactly(Set.of("alice"));
  }

  private void later() {
    channel.advanceTimeBy(10, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
  }

  private void ask(String user) {
    versions.ask(user, noted());
  }

  private Answer<Long> noted() {
    return new Answer<>() {
      @Override
      public void answered(Long version) {
        answers.add(version);
      }

      @Override
      public void refused(Refusal refusal) {
        throw new AssertionError(refusal);
      }
    };
  }
}
