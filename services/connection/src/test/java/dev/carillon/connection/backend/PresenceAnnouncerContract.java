package dev.carillon.connection.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.presence.v1.UserLocation;
import dev.carillon.type.v1.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What a [PresenceAnnouncer] promises.
public abstract class PresenceAnnouncerContract {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// For the tests of one implementation.
  protected PresenceAnnouncerContract() {}

  /// The announcer under test, started.
  protected abstract PresenceAnnouncer announcer();

  /// The device connects to this gateway, which announces it.
  protected abstract void connect(ConnectedDevice device);

  /// The device leaves this gateway, which announces that.
  protected abstract void leave(ConnectedDevice device);

  /// The devices of the user that the directory knows here.
  protected abstract List<String> known(String userId);

  /// The directory answers nobody from now on.
  protected abstract void goAway();

  @Test
  final void announcesADeviceThatConnectsAndThatItHasGone() {
    ConnectedDevice phone = new ConnectedDevice("ann", "phone", 7, 42, 1_000);
    ConnectedDevice laptop = new ConnectedDevice("ann", "laptop", 8, 1, 1_000);

    connect(phone);
    connect(laptop);
    await()
        .untilAsserted(() -> assertThat(known("ann")).containsExactlyInAnyOrder("phone", "laptop"));
    leave(phone);

    await().untilAsserted(() -> assertThat(known("ann")).containsExactly("laptop"));
  }

  @Test
  final void refusesALookUpThatTheDirectoryDoesNotAnswer() {
    CompletableFuture<String> reason = new CompletableFuture<>();
    goAway();

    announcer()
        .locate(
            "ann",
            new Answer<>() {
              @Override
              public void answered(UserLocation location) {
                reason.complete("answered");
              }

              @Override
              public void refused(Refusal refusal) {
                reason.complete(refusal.getReason() + " " + refusal.getRetryable());
              }
            });

    assertThat(reason).succeedsWithin(PATIENCE).isEqualTo("PRESENCE_UNAVAILABLE true");
  }
}
