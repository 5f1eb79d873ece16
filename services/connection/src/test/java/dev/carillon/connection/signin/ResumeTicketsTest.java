package dev.carillon.connection.signin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.runtime.settings.Secret;
import dev.carillon.testing.FakeClock;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ResumeTicketsTest {
  private static final Duration LIFETIME = Duration.ofHours(2);

  private final FakeClock clock = new FakeClock();
  private final ResumeTickets tickets = tickets('k');

  @Test
  void opensItsOwnTickets() {
    Identity identity = identity(Duration.ofDays(1));

    ResumeTickets.Ticket ticket = tickets.issue(identity, "phone");

    assertThat(tickets.open(ticket.bytes(), "phone")).isEqualTo(identity);
    assertThat(ticket.lifetime()).isEqualTo(LIFETIME);
  }

  @Test
  void endsWithItsLifetime() {
    byte[] ticket = tickets.issue(identity(Duration.ofDays(1)), "phone").bytes();

    clock.advance(LIFETIME.minusMillis(1));
    assertThat(tickets.open(ticket, "phone").userId()).isEqualTo("Zoë");
    clock.advance(Duration.ofMillis(1));
    assertRefused(ticket, "phone");
  }

  @Test
  void neverOutlivesItsTokenHoweverOftenItIsExchanged() {
    ResumeTickets.Ticket ticket = tickets.issue(identity(Duration.ofHours(3)), "phone");
    clock.advance(Duration.ofHours(1));
    ResumeTickets.Ticket second = tickets.issue(tickets.open(ticket.bytes(), "phone"), "phone");
    clock.advance(Duration.ofMinutes(90));
    ResumeTickets.Ticket third = tickets.issue(tickets.open(second.bytes(), "phone"), "phone");

    assertThat(third.lifetime()).isEqualTo(Duration.ofMinutes(30));
    clock.advance(Duration.ofMinutes(30));
    assertRefused(third.bytes(), "phone");
  }

  @Test
  void refusesTicketsOfOtherDevicesKeysAndHands() {
    byte[] ticket = tickets.issue(identity(Duration.ofDays(1)), "phone").bytes();

    assertRefused(ticket, "laptop");
    assertRefused(tickets('x').issue(identity(Duration.ofDays(1)), "phone").bytes(), "phone");
    assertRefused(new byte[0], "phone");
    assertRefused(Arrays.copyOf(ticket, ticket.length - 1), "phone");
    for (int i = 0; i < ticket.length; i++) {
      byte[] changed = ticket.clone();
      changed[i] ^= 1;
      assertRefused(changed, "phone");
    }
  }

  @Test
  void refusesAShortKey() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ResumeTickets(Secret.of("short"), LIFETIME, clock))
        .withMessage("ticket key: 5 bytes (expected: at least 32)");
  }

  private void assertRefused(byte[] ticket, String deviceId) {
    assertThatThrownBy(() -> tickets.open(ticket, deviceId))
        .hasMessageStartingWith("TICKET_INVALID");
  }

  private Identity identity(Duration tokenLifetime) {
    return new Identity("Zoë", clock.instant().plus(tokenLifetime));
  }

  private ResumeTickets tickets(char key) {
    return new ResumeTickets(Secret.of(String.valueOf(key).repeat(32)), LIFETIME, clock);
  }
}
