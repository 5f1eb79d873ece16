package dev.carillon.message.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.conversation.ConversationId;
import dev.carillon.message.fanout.GatewaySelector.Selection;
import dev.carillon.runtime.telemetry.Metrics;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class GatewaySelectorTest {
  private static final ConversationId TRIP = new ConversationId(7, 1);
  private static final int COST = 64;

  private final FakeConversations conversations = new FakeConversations();
  private final FakeDirectory directory = new FakeDirectory();

  @Test
  void withOneGatewayEverythingIsBroadcast() {
    directory.connect("ann", "east").connect("bob");

    Selection selection = select(gateways("east"), COST, messages(500, "ann", "bob"));

    assertThat(directory.requests()).isZero();
    assertThat(selection.of("ann")).containsExactly("east");
    assertThat(selection.of("bob")).containsExactly("east");
  }

  @Test
  void withoutGatewaysNobodyIsLocated() {
    assertThat(select(gateways(), 0, messages(1, "ann", "bob")).of("ann")).isEmpty();
    assertThat(directory.requests()).isZero();
  }

  @Test
  void aFewMessagesAreBroadcastToTwoGateways() {
    directory.connect("ann", "east");

    // 16 for a gateway woken in vain, and 24 messages for two users each: what a request costs.
    Selection selection = select(gateways("east", "west"), COST, messages(24, "ann", "bob"));

    assertThat(directory.requests()).isZero();
    assertThat(selection.of("ann")).containsExactlyInAnyOrder("east", "west");
  }

  @Test
  void manyMessagesOrMembersAreWorthARequest() {
    directory.connect("ann", "east").connect("bob", "west");
    FakeGateways gateways = gateways("east", "west");

    Selection selection = select(gateways, COST, messages(25, "ann", "bob"));
    select(gateways, COST, messages(1, users(49)));

    assertThat(directory.requests()).isEqualTo(2);
    assertThat(selection.of("ann")).containsExactly("east");
    assertThat(selection.of("bob")).containsExactly("west");
  }

  @Test
  void aLargeAudienceIsLocatedEvenWithOneGateway() {
    directory.connect("user-0", "east").connect("user-1");

    select(gateways("east"), COST, messages(40, users(100)));
    Selection selection = select(gateways("east"), COST, messages(41, users(100)));

    assertThat(directory.requests()).isOne();
    assertThat(selection.of("user-0")).containsExactly("east");
    assertThat(selection.of("user-1")).isEmpty();
  }

  @Test
  void theMessagesOfSeveralConversationsCountTogether() {
    select(gateways("east", "west"), COST, messages(12, "ann", "bob"), messages(13, "cid", "dan"));

    assertThat(directory.requests()).isOne();
  }

  @Test
  void manyGatewaysAreWorthARequestForOneMessage() {
    directory.connect("bob", "c").connect("ann");

    Selection selection =
        select(gateways("a", "b", "c", "d", "e"), COST, messages(1, "ann", "bob"));

    assertThat(directory.requests()).isOne();
    assertThat(selection.of("bob")).containsExactly("c");
    assertThat(selection.of("ann")).isEmpty();
  }

  @Test
  void whatIsForAUserWhomPresenceDoesNotKnowIsBroadcast() {
    directory.connect("ann", "east");

    Selection selection = select(gateways("east", "west"), 0, messages(1, "ann", "bob"));

    assertThat(selection.of("ann")).containsExactly("east");
    assertThat(selection.of("bob")).containsExactlyInAnyOrder("east", "west");
  }

  private static FakeGateways gateways(String... ids) {
    return new FakeGateways(ids);
  }

  private static String[] users(int count) {
    return IntStream.range(0, count).mapToObj(i -> "user-" + i).toArray(String[]::new);
  }

  private Selection select(Gateways gateways, int cost, AddressedMessages... messages) {
    return new GatewaySelector(directory, gateways, cost, new FanOutMetrics(Metrics.none()))
        .select(List.of(messages));
  }

  private AddressedMessages messages(int count, String... users) {
    conversations.join(TRIP, 5, users);
    return AddressedMessages.of(conversations.commit(TRIP, 5, count), 0);
  }
}
