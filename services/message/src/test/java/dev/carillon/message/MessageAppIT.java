package dev.carillon.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.carillon.message.rig.AppendClient;
import dev.carillon.message.rig.FakeSequenceServer;
import dev.carillon.message.rig.Items;
import dev.carillon.message.rig.MessageRig;
import dev.carillon.message.v1.AddMembersRequest;
import dev.carillon.message.v1.AddMembersResponse;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.AppendRequest;
import dev.carillon.message.v1.AppendResult;
import dev.carillon.message.v1.CreateGroupRequest;
import dev.carillon.message.v1.ListMembersRequest;
import dev.carillon.message.v1.ListMessagesRequest;
import dev.carillon.message.v1.ListMessagesResponse;
import dev.carillon.message.v1.Member;
import dev.carillon.message.v1.RemoveMembersRequest;
import dev.carillon.message.v1.RemoveMembersResponse;
import dev.carillon.testing.RealEtcd;
import dev.carillon.testing.RealMariaDb;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Edit;
import dev.carillon.type.v1.MembershipChange;
import dev.carillon.type.v1.Message;
import dev.carillon.type.v1.Recall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// The message service as its callers meet it: over gRPC, on a real database and a real registry.
final class MessageAppIT {
  @RegisterExtension
  static final RealMariaDb mariaDb =
      RealMariaDb.perClass(MessageRig.CONVERSATIONS, MessageRig.MAILBOXES);

  @RegisterExtension static final RealEtcd etcd = RealEtcd.perClass();

  private static MessageRig rig;
  private static AppendClient client;

  @BeforeAll
  static void start() throws Exception {
    rig = new MessageRig(mariaDb, etcd);
    FakeSequenceServer sequence = rig.sequence();
    MessageApp app = rig.message();
    client = rig.client(app);
    await().until(() -> sequence.owns(0) && app.host().health().isReady());
  }

  @AfterAll
  static void stop() throws Exception {
    rig.close();
  }

  @Test
  void storesWhatFourSendersSayInOneChain() {
    ByteString trip = createGroup(1, "ann", "bob", "cid", "dan");
    List<String> senders = List.of("ann", "bob", "cid", "dan");
    List<CompletableFuture<AppendResult>> answers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      answers.add(client.append(Items.group(trip, senders.get(i % 4), Items.text("text " + i))));
    }
    answers.forEach(answer -> assertThat(result(answer).hasAppended()).isTrue());

    List<Message> history = history(trip, "bob", 0);
    assertThat(history).hasSize(201);
    long last = 0;
    for (Message message : history) {
      assertThat(message.getPrevSeq()).isEqualTo(last);
      last = message.getSeq();
    }
    assertThat(history.getLast().getOrdinal()).isEqualTo(200);
    assertThat(history.stream().filter(message -> message.getSender().equals("cid")))
        .extracting(message -> message.getBody().getText().getText())
        .first()
        .isEqualTo("text 2");
  }

  @Test
  void givesOneIdOnePlace() {
    AppendItem item = Items.direct("ann", "bob", "hello");
    AppendResult first = client.send(item);
    AppendResult second = client.send(item.toBuilder().setResend(true).build());
    AppendResult other =
        client.send(item.toBuilder().setBody(Items.text("good bye").toByteString()).build());

    assertThat(first.getAppended().getDuplicate()).isFalse();
    assertThat(second.getAppended().getDuplicate()).isTrue();
    assertThat(second.getAppended().getSeq()).isEqualTo(first.getAppended().getSeq());
    assertThat(other.getRefusal().getReason()).isEqualTo("CLIENT_ID_REUSED");
    assertThat(other.getRefusal().getRetryable()).isFalse();
  }

  @Test
  void refusesSingleItemsAndGoesOn() {
    ByteString trip = createGroup(2, "ann", "bob");
    AppendItem tooLarge = Items.direct("ann", "bob", "x".repeat(40_000));
    AppendItem unknown = Items.group(Items.group(3), "ann", Items.text("x"));
    AppendItem stranger = Items.group(trip, "eve", Items.text("x"));
    AppendItem forged =
        Items.group(
            trip,
            "ann",
            Body.newBuilder().setMembership(MembershipChange.newBuilder().addAdded("eve")).build());
    AppendItem recall =
        Items.group(
            trip, "bob", Body.newBuilder().setRecall(Recall.newBuilder().setTargetSeq(1)).build());

    assertThat(refusal(tooLarge)).isEqualTo("BODY_TOO_LARGE");
    assertThat(refusal(unknown)).isEqualTo("CONVERSATION_UNKNOWN");
    assertThat(refusal(stranger)).isEqualTo("NOT_A_MEMBER");
    assertThat(refusal(forged)).isEqualTo("BODY_INVALID");
    assertThat(refusal(recall)).isEqualTo("TARGET_NOT_ALLOWED");
    assertThat(client.send(Items.group(trip, "ann", Items.text("x"))).hasAppended()).isTrue();
  }

  @Test
  void refusesAMalformedItemAloneAndGoesOn() {
    AppendItem good = Items.direct("ann", "bob", "before");
    AppendItem shortId =
        good.toBuilder().setConversationId(ByteString.copyFromUtf8("short")).build();
    AppendItem emptyText = Items.direct("ann", "bob", "");
    AppendItem unreadable =
        Items.direct("ann", "bob", "x").toBuilder()
            .setBody(ByteString.copyFrom(new byte[] {1, 2, 3}))
            .build();
    List<CompletableFuture<AppendResult>> answers =
        Stream.of(good, shortId, emptyText, unreadable, Items.direct("ann", "bob", "after"))
            .map(client::append)
            .toList();
    List<AppendResult> results =
        answers.stream().map(answer -> answer.orTimeout(60, TimeUnit.SECONDS).join()).toList();

    assertThat(results.getFirst().hasAppended()).isTrue();
    assertThat(results.subList(1, 4))
        .extracting(result -> result.getRefusal().getReason())
        .containsOnly("REQUEST_INVALID");
    assertThat(results.get(2).getRefusal().getMetadataOrThrow("field")).isEqualTo("body.text.text");
    assertThat(results.getLast().getAppended().getPrevSeq())
        .isEqualTo(results.getFirst().getAppended().getSeq());
  }

  @Test
  void endsOnlyTheStreamThatSendsAMalformedFrame() {
    AppendClient clumsy = rig.client(rig.first());
    AppendItem item = Items.direct("ann", "bob", "hello");
    clumsy.raw(AppendRequest.getDefaultInstance());

    Status status = clumsy.ended().orTimeout(60, TimeUnit.SECONDS).join();
    assertThat(status.getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT);
    assertThat(client.send(item).hasAppended()).isTrue();
  }

  @Test
  void answersEverythingBeforeItEndsAStreamThatSaidAll() {
    AppendClient brief = rig.client(rig.first());
    CompletableFuture<AppendResult> answer = brief.append(Items.direct("ann", "bob", "bye"));
    brief.complete();

    assertThat(result(answer).hasAppended()).isTrue();
    assertThat(brief.ended().orTimeout(60, TimeUnit.SECONDS).join().isOk()).isTrue();
  }

  @Test
  void changesGroups() {
    ByteString trip = createGroup(4, "ann", "bob");
    assertThat(client.calls().createGroup(create(4, "ann", "bob")).getDuplicate()).isTrue();

    assertThat(client.calls().addMembers(add(trip, "bob", "cid", "ann")).getAddedList())
        .containsExactly("cid");
    assertThat(client.calls().removeMembers(remove(trip, "cid", "cid")).getRemovedList())
        .containsExactly("cid");

    assertThat(listed(trip, "bob"))
        .extracting(Member::getUserId, Member::getOwner)
        .containsExactly(tuple("ann", true), tuple("bob", false));
    assertThat(history(trip, "cid", 0)).hasSize(2);
    assertThatThrownBy(() -> client.calls().addMembers(add(trip, "eve", "eve")))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused ->
                assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED));
  }

  @Test
  void changesAGroupOnceThoughACopyOfTheRequestArrivesLate() {
    ByteString trip = createGroup(5, "ann", "bob");
    RemoveMembersRequest removal = remove(trip, "ann", "bob");
    AddMembersRequest addition = add(trip, "ann", "cid");
    RemoveMembersResponse removed = client.calls().removeMembers(removal);
    AddMembersResponse added = client.calls().addMembers(addition);
    client.calls().addMembers(add(trip, "ann", "bob"));
    client.calls().removeMembers(remove(trip, "cid", "cid"));

    assertThat(client.calls().removeMembers(removal))
        .isEqualTo(removed.toBuilder().setDuplicate(true).build());
    assertThat(client.calls().addMembers(addition))
        .isEqualTo(added.toBuilder().setDuplicate(true).build());

    assertThat(members(trip, "ann")).containsExactly("ann", "bob");
  }

  @Test
  void servesEditsAndWithholdsWhatWasRecalled() {
    AppendItem item = Items.direct("eve", "fay", "helo");
    long seq = client.send(item).getAppended().getSeq();
    Body edit =
        Body.newBuilder()
            .setEdit(Edit.newBuilder().setTargetSeq(seq).setBody(Items.text("hello")))
            .build();
    Body recall = Body.newBuilder().setRecall(Recall.newBuilder().setTargetSeq(seq)).build();
    ByteString conversation = item.getConversationId();
    assertThat(client.send(Items.group(conversation, "eve", edit)).hasAppended()).isTrue();
    assertThat(history(conversation, "fay", seq).getFirst().getBody()).isEqualTo(edit);
    assertThat(client.send(Items.group(conversation, "eve", recall)).hasAppended()).isTrue();

    List<Message> history = history(conversation, "fay", 0);

    assertThat(history).hasSize(3);
    assertThat(history.getFirst().hasBody()).isFalse();
    assertThat(history.getFirst().getRecalledBySeq()).isEqualTo(history.getLast().getSeq());
    assertThat(history.get(1).hasBody()).isFalse();
    assertThat(history.get(1).getRecalledBySeq()).isEqualTo(history.getLast().getSeq());
    assertThat(history).extracting(Message::getOrdinal).containsExactly(1L, 1L, 1L);
    assertThat(refusal(Items.group(conversation, "eve", edit))).isEqualTo("TARGET_NOT_ALLOWED");
  }

  @Test
  void readsHistoryBackwardsInPages() {
    for (int i = 0; i < 7; i++) {
      client.send(Items.direct("gil", "hal", "text " + i));
    }
    ListMessagesRequest.Builder request =
        ListMessagesRequest.newBuilder()
            .setConversationId(Items.direct("gil", "hal"))
            .setUserId("hal")
            .setLimit(3);

    ListMessagesResponse newest = client.calls().listMessages(request.build());
    ListMessagesResponse before =
        client.calls().listMessages(request.setBeforeSeq(newest.getMessages(0).getSeq()).build());

    assertThat(newest.getMessagesList()).hasSize(3);
    assertThat(newest.getHasMore()).isTrue();
    assertThat(before.getMessagesList().getLast().getSeq())
        .isEqualTo(newest.getMessages(0).getPrevSeq());
  }

  @Test
  void readsHistoryThatIsTooLargeForOneAnswer() {
    String large = "x".repeat(30_000);
    List<Long> sent = new ArrayList<>();
    List<CompletableFuture<AppendResult>> answers = new ArrayList<>();
    for (int i = 0; i < 160; i++) {
      answers.add(client.append(Items.direct("ivy", "joe", large)));
    }
    answers.forEach(answer -> sent.add(result(answer).getAppended().getSeq()));
    ListMessagesRequest request =
        ListMessagesRequest.newBuilder()
            .setConversationId(Items.direct("ivy", "joe"))
            .setUserId("joe")
            .setLimit(200)
            .build();

    ListMessagesResponse oldest =
        client.calls().listMessages(request.toBuilder().setAfterSeq(0).build());
    List<Message> backwards = new ArrayList<>();
    ListMessagesResponse page = client.calls().listMessages(request);
    assertThat(page.getMessagesCount()).isBetween(1, 100);
    while (page.getHasMore()) {
      backwards.addAll(0, page.getMessagesList());
      long before = backwards.getFirst().getSeq();
      page = client.calls().listMessages(request.toBuilder().setBeforeSeq(before).build());
    }
    backwards.addAll(0, page.getMessagesList());

    assertThat(oldest.getMessagesCount()).isBetween(1, 100);
    assertThat(oldest.getHasMore()).isTrue();
    assertThat(history(Items.direct("ivy", "joe"), "joe", 0))
        .extracting(Message::getSeq)
        .containsExactlyElementsOf(sent);
    assertThat(backwards).extracting(Message::getSeq).containsExactlyElementsOf(sent);
  }

  private static String refusal(AppendItem item) {
    return client.send(item).getRefusal().getReason();
  }

  private static AppendResult result(CompletableFuture<AppendResult> answer) {
    return answer.orTimeout(60, TimeUnit.SECONDS).join();
  }

  private static ByteString createGroup(long number, String owner, String... members) {
    CreateGroupRequest request = create(number, owner, members);
    assertThat(client.calls().createGroup(request).getDuplicate()).isFalse();
    return request.getConversationId();
  }

  private static CreateGroupRequest create(long number, String owner, String... members) {
    return CreateGroupRequest.newBuilder()
        .setConversationId(Items.group(number))
        .setOwner(owner)
        .addAllMembers(List.of(members))
        .setTitle("trip")
        .build();
  }

  private static AddMembersRequest add(ByteString group, String user, String... members) {
    return AddMembersRequest.newBuilder()
        .setConversationId(group)
        .setUserId(user)
        .addAllMembers(List.of(members))
        .setClientMessageId(Items.newId())
        .build();
  }

  private static RemoveMembersRequest remove(ByteString group, String user, String... members) {
    return RemoveMembersRequest.newBuilder()
        .setConversationId(group)
        .setUserId(user)
        .addAllMembers(List.of(members))
        .setClientMessageId(Items.newId())
        .build();
  }

  private static List<String> members(ByteString group, String user) {
    return listed(group, user).stream().map(Member::getUserId).toList();
  }

  private static List<Member> listed(ByteString group, String user) {
    ListMembersRequest request =
        ListMembersRequest.newBuilder().setConversationId(group).setUserId(user).build();
    return client.calls().listMembers(request).getMembersList();
  }

  private static List<Message> history(ByteString conversation, String user, long after) {
    List<Message> all = new ArrayList<>();
    long from = after;
    ListMessagesResponse page;
    do {
      page =
          client
              .calls()
              .listMessages(
                  ListMessagesRequest.newBuilder()
                      .setConversationId(conversation)
                      .setUserId(user)
                      .setAfterSeq(from)
                      .setLimit(100)
                      .build());
      all.addAll(page.getMessagesList());
      from = all.isEmpty() ? from : all.getLast().getSeq();
    } while (page.getHasMore());
    return all;
  }
}
