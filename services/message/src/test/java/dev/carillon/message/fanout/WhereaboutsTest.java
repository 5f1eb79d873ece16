package dev.carillon.message.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.conversation.Committed;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.runtime.telemetry.Metrics;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class WhereaboutsTest {
  private static final ConversationId TRIP = new ConversationId(7, 1);
  private static final int COST = 64;

  private final FakeConversations conversations = new FakeConversations();
  private final Tenure tenure = new Tenure(3, 5, new Load(1 << 20, 10));

  @Test
  void theOnlyGatewayIsToldWithoutAQuestion() {
    FakeGateways gateways = new FakeGateways("east").place("ann", "east").place("bob");

    Whereabouts.Places places = find(gateways, COST, portion(500, "ann", "bob"));

    assertThat(gateways.questions()).isZero();
    assertThat(places.of("ann")).containsExactly("east");
    assertThat(places.of("bob")).containsExactly("east");
  }

  @Test
  void nobodyIsToldOrAskedWithoutGateways() {
    FakeGateways gateways = new FakeGateways();

    assertThat(find(gateways, 0, portion(1, "ann", "bob")).of("ann")).isEmpty();
    assertThat(gateways.questions()).isZero();
  }

  @Test
  void aFewMessagesGoToBothOfTwoGateways() {
    FakeGateways gateways = new FakeGateways("east", "west").place("ann", "east");

    // 16 for a gateway woken in vain, and 24 messages for two users each: what a question costs.
    Whereabouts.Places places = find(gateways, COST, portion(24, "ann", "bob"));

    assertThat(gateways.questions()).isZero();
    assertThat(places.of("ann")).containsExactlyInAnyOrder("east", "west");
  }

  @Test
  void manyMessagesOrMembersAreWorthAQuestion() {
    FakeGateways gateways =
        new FakeGateways("east", "west").place("ann", "east").place("bob", "west");

    Whereabouts.Places places = find(gateways, COST, portion(25, "ann", "bob"));
    String[] crowd = IntStream.range(0, 49).mapToObj(i -> "user-" + i).toArray(String[]::new);
    find(gateways, COST, portion(1, crowd));

    assertThat(gateways.questions()).isEqualTo(2);
    assertThat(places.of("ann")).containsExactly("east");
    assertThat(places.of("bob")).containsExactly("west");
  }

  @Test
  void aCrowdIsAskedForEvenWithOneGateway() {
    FakeGateways gateways = new FakeGateways("east").place("user-0", "east").place("user-1");
    String[] crowd = IntStream.range(0, 100).mapToObj(i -> "user-" + i).toArray(String[]::new);

    find(gateways, COST, portion(40, crowd));
    Whereabouts.Places places = find(gateways, COST, portion(41, crowd));

    assertThat(gateways.questions()).isOne();
    assertThat(places.of("user-0")).containsExactly("east");
    assertThat(places.of("user-1")).isEmpty();
  }

  @Test
  void severalPortionsCountTogether() {
    FakeGateways gateways = new FakeGateways("east", "west");

    find(gateways, COST, portion(12, "ann", "bob"), portion(13, "cid", "dan"));

    assertThat(gateways.questions()).isOne();
  }

  @Test
  void manyGatewaysAreWorthAQuestionForOneMessage() {
    FakeGateways gateways =
        new FakeGateways("a", "b", "c", "d", "e").place("bob", "c").place("ann");

    Whereabouts.Places places = find(gateways, COST, portion(1, "ann", "bob"));

    assertThat(gateways.questions()).isOne();
    assertThat(places.of("bob")).containsExactly("c");
    assertThat(places.of("ann")).isEmpty();
  }

  @Test
  void whoIsUnknownIsSoughtEverywhere() {
    FakeGateways gateways = new FakeGateways("east", "west").place("ann", "east");

    Whereabouts.Places places = find(gateways, 0, portion(1, "ann", "bob"));

    assertThat(places.of("ann")).containsExactly("east");
    assertThat(places.of("bob")).containsExactlyInAnyOrder("east", "west");
  }

  private static Whereabouts.Places find(FakeGateways gateways, int cost, Portion... portions) {
    return new Whereabouts(gateways, gateways, cost, new FanOutMetrics(Metrics.none()))
        .of(List.of(portions));
  }

  private Portion portion(int messages, String... users) {
    conversations.join(TRIP, 5, users);
    Committed batch = conversations.commit(TRIP, 5, messages);
    return new Portion(new Lane(TRIP, tenure, 1), batch.members(), batch.messages(), 0);
  }
}
