package dev.carillon.message.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.message.conversation.BodyKind;
import dev.carillon.message.conversation.ClientMessageId;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.conversation.MessageBody;
import dev.carillon.message.conversation.Place;
import dev.carillon.message.conversation.StoredMessage;
import dev.carillon.message.fanout.Gateways.Delivery;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What [Gateways] promise.
abstract class GatewaysContract {
  /// The gateways under test: two.
  abstract Gateways gateways();

  /// The numbers of the messages that a gateway has received for a user, in order.
  abstract List<Long> received(String gateway, String userId);

  @Test
  final void eachGatewayReceivesItsDeliveriesInOrder() {
    List<String> live = live();
    String east = live.getFirst();
    String west = live.getLast();

    gateways()
        .deliver(Map.of(east, List.of(delivery(1, "ann")), west, List.of(delivery(1, "bob"))));
    gateways().deliver(Map.of(east, List.of(delivery(2, "ann"), delivery(3, "ann", "bob"))));

    await().untilAsserted(() -> assertThat(received(east, "ann")).containsExactly(1L, 2L, 3L));
    await().untilAsserted(() -> assertThat(received(west, "bob")).containsExactly(1L));
    assertThat(received(east, "bob")).containsExactly(3L);
    assertThat(received(west, "ann")).isEmpty();
  }

  @Test
  final void dropsWhatIsForAGatewayThatIsGone() {
    String east = live().getFirst();

    gateways().deliver(Map.of("gone", List.of(delivery(1, "ann"))));
    gateways().deliver(Map.of(east, List.of(delivery(2, "ann"))));

    await().untilAsserted(() -> assertThat(received(east, "ann")).containsExactly(2L));
    assertThat(live()).hasSize(2);
    assertThat(received("gone", "ann")).isEmpty();
  }

  private List<String> live() {
    await().until(() -> gateways().live().size() == 2);
    return List.copyOf(gateways().live());
  }

  private static Delivery delivery(long seq, String... users) {
    StoredMessage message =
        new StoredMessage(
            new ConversationId(0, 1),
            new Place(seq, seq - 1, seq),
            "carl",
            new ClientMessageId(1, seq),
            Instant.EPOCH,
            MessageBody.of(BodyKind.TEXT, new byte[0]),
            0);
    return new Delivery(message, List.of(users), 0, 1, "");
  }
}
