package dev.carillon.message.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.connection.v1.Delivery;
import dev.carillon.message.MessageApp;
import dev.carillon.message.rig.AppendClient;
import dev.carillon.message.rig.FakePresenceServer;
import dev.carillon.message.rig.Items;
import dev.carillon.message.rig.MessageRig;
import dev.carillon.message.rig.RecordingGateway;
import dev.carillon.message.v1.AppendResult;
import dev.carillon.message.v1.CreateGroupRequest;
import dev.carillon.message.v1.GetMailboxVersionsRequest;
import dev.carillon.message.v1.SyncMailboxRequest;
import dev.carillon.message.v1.SyncMailboxResponse;
import dev.carillon.message.v1.ThreadChange;
import dev.carillon.testing.RealEtcd;
import dev.carillon.testing.RealMariaDb;
import dev.carillon.type.v1.Message;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What was committed reaches gateways and mailboxes, whatever is away, and whoever dies on the
/// way.
final class FanOutIT {
  @RegisterExtension
  static final RealMariaDb mariaDb =
      new RealMariaDb(MessageRig.CONVERSATIONS, MessageRig.MAILBOXES);

  @RegisterExtension static final RealEtcd etcd = new RealEtcd();

  private final Map<String, Set<String>> places = FakePresenceServer.places();
  private final List<AutoCloseable> others = new ArrayList<>();
  private MessageRig rig;
  private AppendClient client;
  private MessageApp app;

  @BeforeEach
  void start() throws Exception {
    rig = new MessageRig(mariaDb, etcd);
    rig.sequence();
    app = rig.message();
    client = rig.client(app);
    eventually().until(() -> app.host().health().isReady());
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable other : others) {
      other.close();
    }
    rig.close();
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(60));
  }

  private RecordingGateway gateway() {
    RecordingGateway gateway = RecordingGateway.start(rig.registry());
    others.add(gateway);
    eventually().until(() -> knows(gateway));
    return gateway;
  }

  private boolean knows(RecordingGateway gateway) {
    return app.host().instances().of("connection").byId(gateway.id()).isPresent();
  }

  private FakePresenceServer presence() {
    FakePresenceServer presence = FakePresenceServer.start(rig.registry(), places);
    others.add(presence);
    eventually().until(() -> presence.owns("ann") && presence.owns("bob"));
    return presence;
  }

  private void say(String sender, String peer, String text) {
    AppendResult result = client.send(Items.direct(sender, peer, text));
    assertThat(result.hasAppended()).as("%s", result).isTrue();
  }

  private List<String> sayMany(String sender, String peer, int count) {
    List<CompletableFuture<AppendResult>> answers = new ArrayList<>();
    List<String> texts = IntStream.range(0, count).mapToObj(i -> sender + i).toList();
    texts.forEach(text -> answers.add(client.append(Items.direct(sender, peer, text))));
    answers.forEach(answer -> assertThat(answer.join().hasAppended()).isTrue());
    return texts;
  }

  private long version(String userId) {
    return client
        .calls()
        .getMailboxVersions(GetMailboxVersionsRequest.newBuilder().addUserIds(userId).build())
        .getVersions(0);
  }

  /// All threads of a sync, each page acknowledged by the next.
  private List<ThreadChange> sync(String userId, int pageSize) {
    List<ThreadChange> changes = new ArrayList<>();
    SyncMailboxRequest.Builder request =
        SyncMailboxRequest.newBuilder()
            .setUserId(userId)
            .setDeviceId("phone")
            .setLimit(pageSize)
            .setMessagesPerThread(50);
    SyncMailboxResponse page;
    do {
      page = client.calls().syncMailbox(request.build());
      changes.addAll(page.getChangesList());
      request.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());
    return changes;
  }

  private static List<String> texts(List<Message> messages) {
    return messages.stream().map(message -> message.getBody().getText().getText()).toList();
  }

  @Test
  void aMessageReachesTheGatewaysAndMailboxesOfItsMembers() {
    RecordingGateway east = gateway();
    RecordingGateway west = gateway();
    presence();
    places.put("ann", Set.of(east.id()));
    places.put("bob", Set.of(west.id()));

    say("ann", "bob", "hello");

    eventually().until(() -> east.texts("ann").equals(List.of("hello")));
    eventually().until(() -> west.texts("bob").equals(List.of("hello")));
    Delivery delivery = west.received().getFirst();
    assertThat(delivery.getUserIdsList()).containsExactly("bob");
    assertThat(RecordingGateway.message(delivery).getConversationId())
        .isEqualTo(Items.direct("ann", "bob"));
    assertThat(delivery.getEpoch()).isPositive();
    eventually().until(() -> version("bob") == 1 && version("ann") == 1);
    ThreadChange change = sync("bob", 10).getFirst();
    assertThat(change.getThread().getPeer()).isEqualTo("ann");
    assertThat(texts(change.getMessagesList())).containsExactly("hello");
  }

  @Test
  void everyConversationIsDeliveredInItsOrder() {
    RecordingGateway gateway = gateway();
    presence();
    for (String user : List.of("ann", "bob", "cid")) {
      places.put(user, Set.of(gateway.id()));
    }

    List<String> fromAnn = sayMany("ann", "bob", 200);
    List<String> fromCid = sayMany("cid", "bob", 200);

    eventually().until(() -> gateway.received().size() >= 400);
    assertThat(gateway.texts("ann")).isEqualTo(fromAnn);
    assertThat(gateway.texts("cid")).isEqualTo(fromCid);
    eventually().untilAsserted(() -> assertThat(unfinished()).isZero());
  }

  @Test
  void aGatewayThatHangsHoldsUpNobodyElse() {
    RecordingGateway hanging = gateway();
    RecordingGateway healthy = gateway();
    presence();
    places.put("ann", Set.of(hanging.id()));
    places.put("bob", Set.of(hanging.id(), healthy.id()));
    hanging.goDeaf();

    List<String> texts = sayMany("ann", "bob", 300);

    eventually().until(() -> healthy.texts("bob").size() == 300);
    assertThat(healthy.texts("bob")).isEqualTo(texts);
    eventually().untilAsserted(() -> assertThat(unfinished()).isZero());
  }

  @Test
  void whatABrokenStreamDidNotAnswerIsSentAgainInOrder() {
    RecordingGateway gateway = gateway();
    presence();
    places.put("bob", Set.of(gateway.id()));
    say("ann", "bob", "first");
    eventually().until(() -> gateway.texts("bob").size() == 1);
    gateway.goDeaf();
    List<String> texts = sayMany("ann", "bob", 50);

    gateway.breakStreams();

    eventually().until(() -> gateway.texts("bob").size() == 51);
    assertThat(gateway.texts("bob").subList(1, 51)).isEqualTo(texts);
  }

  @Test
  void aGatewayThatDiesIsForgotten() {
    RecordingGateway dying = gateway();
    RecordingGateway healthy = gateway();
    presence();
    places.put("bob", Set.of(dying.id(), healthy.id()));
    say("ann", "bob", "one");
    eventually().until(() -> dying.texts("bob").size() == 1);

    dying.close();
    eventually().until(() -> !knows(dying));
    say("ann", "bob", "two");

    eventually().until(() -> healthy.texts("bob").equals(List.of("one", "two")));
    eventually().untilAsserted(() -> assertThat(unfinished()).isZero());
  }

  @Test
  void withoutPresenceMessagesAreBroadcast() {
    RecordingGateway east = gateway();
    RecordingGateway west = gateway();

    say("ann", "bob", "nobody knows where you are");

    eventually().until(() -> east.texts("bob").size() == 1);
    eventually().until(() -> west.texts("bob").size() == 1);
  }

  @Test
  void messagesAreBroadcastWhilePresenceIsIncompleteOrDoesNotAnswer() {
    RecordingGateway east = gateway();
    RecordingGateway west = gateway();
    FakePresenceServer presence = presence();
    places.put("bob", Set.of(east.id()));
    presence.setCold(true);
    say("ann", "bob", "cold");
    eventually().until(() -> west.texts("bob").equals(List.of("cold")));

    presence.setCold(false);
    say("ann", "bob", "warm");
    eventually().until(() -> east.texts("bob").equals(List.of("cold", "warm")));

    presence.goDeaf();
    say("ann", "bob", "deaf");
    eventually().until(() -> west.texts("bob").equals(List.of("cold", "deaf")));
  }

  @Test
  void usersAreFoundAgainWhenPresenceMoves() {
    RecordingGateway east = gateway();
    RecordingGateway west = gateway();
    FakePresenceServer first = presence();
    places.put("ann", Set.of());
    places.put("bob", Set.of(east.id()));
    say("ann", "bob", "one");
    eventually().until(() -> east.texts("bob").equals(List.of("one")));

    FakePresenceServer second = FakePresenceServer.start(rig.registry(), places);
    others.add(second);
    first.close();
    eventually().until(() -> second.owns("ann") && second.owns("bob"));
    int before = second.questions();
    eventually()
        .until(() -> {
          say("ann", "bob", "again");
          return second.questions() > before;
        });

    assertThat(west.texts("ann")).as("located, not broadcast").isEmpty();
  }

  @Test
  void theNextOwnerDoesWhatAnInterruptedOneLeftUndone() throws Exception {
    try (Connection lock = mariaDb.connect(MessageRig.MAILBOXES);
        Statement statement = lock.createStatement()) {
      say("ann", "bob", "before");
      eventually().until(() -> version("bob") == 1);
      // This lock is held on purpose; the server would end it after a few seconds.
      statement.execute("SET SESSION idle_transaction_timeout = 0");
      lock.setAutoCommit(false);
      statement.executeQuery("SELECT * FROM mailbox WHERE user_id IN ('ann', 'bob') FOR UPDATE");
      sayMany("ann", "bob", 120);
      app.close();
    }
    assertThat(unfinished()).isEqualTo(1);

    app = rig.message();
    client = rig.client(app);
    RecordingGateway gateway = gateway();

    eventually().until(() -> version("bob") >= 2);
    eventually().untilAsserted(() -> assertThat(unfinished()).isZero());
    List<ThreadChange> changes = sync("bob", 10);
    assertThat(changes.getFirst().getThread().getLastSeq())
        .isEqualTo(changes.getFirst().getMessagesList().getLast().getSeq());
    say("ann", "bob", "after");
    eventually().until(() -> gateway.texts("bob").contains("after"));
  }

  @Test
  void nothingIsForgottenWhenTheDatabaseIsKilledInTheMiddle() {
    RecordingGateway gateway = gateway();
    presence();
    places.put("bob", Set.of(gateway.id()));
    List<CompletableFuture<AppendResult>> answers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      answers.add(client.append(Items.direct("ann", "bob", "text " + i)));
      if (i == 100) {
        mariaDb.kill();
        mariaDb.restart();
      }
    }
    answers.forEach(CompletableFuture::join);
    say("ann", "bob", "last");

    eventually().untilAsserted(() -> assertThat(unfinished()).isZero());
    eventually().until(() -> gateway.texts("bob").contains("last"));
    List<Long> seqs =
        gateway.received().stream()
            .map(delivery -> RecordingGateway.message(delivery).getSeq())
            .distinct()
            .toList();
    assertThat(seqs).isSorted();
    long newest = sync("bob", 10).getFirst().getThread().getLastSeq();
    assertThat(seqs).endsWith(newest);
    assertThat(threadLastSeq("bob")).isEqualTo(newest);
  }

  @Test
  void everyMemberOfALargeGroupLearnsOfAMessage() {
    ByteString group = Items.group(7);
    List<String> members = IntStream.range(0, 1_500).mapToObj(i -> "member-" + i).toList();
    client
        .calls()
        .createGroup(
            CreateGroupRequest.newBuilder()
                .setConversationId(group)
                .setOwner("ann")
                .addAllMembers(members)
                .build());
    RecordingGateway gateway = gateway();

    client.send(Items.group(group, "ann", Items.text("all of you")));

    eventually().until(() -> gateway.texts("member-1499").contains("all of you"));
    eventually().untilAsserted(() -> assertThat(unfinished()).isZero());
    GetMailboxVersionsRequest request =
        GetMailboxVersionsRequest.newBuilder().addAllUserIds(members.subList(0, 1_000)).build();
    assertThat(client.calls().getMailboxVersions(request).getVersionsList())
        .allMatch(version -> version >= 1);
  }

  /// How many conversations are marked as pending.
  private long unfinished() {
    return number(MessageRig.CONVERSATIONS, "SELECT SUM(fanout_pending) FROM conversation");
  }

  private long threadLastSeq(String userId) {
    return number(
        MessageRig.MAILBOXES, "SELECT MAX(last_seq) FROM thread WHERE user_id = '" + userId + "'");
  }

  private static long number(String database, String sql) {
    try (Connection connection = mariaDb.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
