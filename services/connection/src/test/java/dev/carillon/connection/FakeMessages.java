package dev.carillon.connection;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.backend.MessageClient;
import dev.carillon.connection.refusal.ConnectionError;
import dev.carillon.message.v1.AddMembersRequest;
import dev.carillon.message.v1.AddMembersResponse;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.Appended;
import dev.carillon.message.v1.CreateGroupRequest;
import dev.carillon.message.v1.CreateGroupResponse;
import dev.carillon.message.v1.ListMembersRequest;
import dev.carillon.message.v1.ListMembersResponse;
import dev.carillon.message.v1.ListMessagesRequest;
import dev.carillon.message.v1.ListMessagesResponse;
import dev.carillon.message.v1.Member;
import dev.carillon.message.v1.RemoveMembersRequest;
import dev.carillon.message.v1.RemoveMembersResponse;
import dev.carillon.message.v1.SyncMailboxRequest;
import dev.carillon.message.v1.SyncMailboxResponse;
import dev.carillon.type.v1.Body;
import dev.carillon.type.v1.Message;
import dev.carillon.type.v1.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A message service in memory that keeps its promises, and can be made to refuse or to hold its
/// answers back.
final class FakeMessages implements MessageClient {
  private final Map<ByteString, List<AppendItem>> conversations = new ConcurrentHashMap<>();
  private final Map<String, Long> versions = new ConcurrentHashMap<>();
  private final List<Runnable> held = new ArrayList<>();
  private final List<SyncMailboxRequest> syncs = new ArrayList<>();
  private final Set<ByteString> changes = ConcurrentHashMap.newKeySet();
  private @Nullable Refusal refusal;
  private @Nullable RuntimeException bug;
  private boolean holding;
  private boolean holdingVersions;

  /// Refuses everything from now on; null refuses nothing.
  synchronized void refuse(@Nullable Refusal reason) {
    refusal = reason;
  }

  /// Answers appends only when [#release] is called.
  synchronized void hold() {
    holding = true;
  }

  /// Answers questions for versions only when [#release] is called.
  synchronized void holdVersions() {
    holdingVersions = true;
  }

  /// Throws this on every append until [#release].
  synchronized void breakDown(RuntimeException thrown) {
    bug = thrown;
  }

  synchronized void release() {
    bug = null;
    holding = false;
    holdingVersions = false;
    held.forEach(Runnable::run);
    held.clear();
  }

  synchronized int held() {
    return held.size();
  }

  void version(String user, long version) {
    versions.put(user, version);
  }

  synchronized List<SyncMailboxRequest> syncs() {
    return List.copyOf(syncs);
  }

  List<AppendItem> appended(ByteString conversation) {
    return List.copyOf(conversations.getOrDefault(conversation, List.of()));
  }

  /// The body of an item.
  static Body body(AppendItem item) {
    try {
      return Body.parseFrom(item.getBody());
    } catch (InvalidProtocolBufferException malformed) {
      throw new IllegalStateException(malformed);
    }
  }

  @Override
  public synchronized void append(AppendItem.Builder item, Answer<Appended> answer) {
    if (bug != null) {
      throw bug;
    }
    if (holding) {
      held.add(() -> store(item.build(), answer));
    } else {
      store(item.build(), answer);
    }
  }

  @Override
  public synchronized void syncMailbox(
      SyncMailboxRequest request, Answer<SyncMailboxResponse> answer) {
    syncs.add(request);
    long version = versions.getOrDefault(request.getUserId(), 0L);
    answer(answer, SyncMailboxResponse.newBuilder().setVersion(version).build());
  }

  @Override
  public void listMessages(ListMessagesRequest request, Answer<ListMessagesResponse> answer) {
    ListMessagesResponse.Builder response = ListMessagesResponse.newBuilder();
    List<AppendItem> items = appended(request.getConversationId());
    for (int i = 0; i < items.size(); i++) {
      response.addMessages(
          Message.newBuilder()
              .setConversationId(request.getConversationId())
              .setSeq(i + 1)
              .setPrevSeq(i)
              .setSender(items.get(i).getSender())
              .setBody(body(items.get(i))));
    }
    answer(answer, response.build());
  }

  @Override
  public void createGroup(CreateGroupRequest request, Answer<CreateGroupResponse> answer) {
    answer(answer, CreateGroupResponse.newBuilder().setSeq(1).build());
  }

  @Override
  public void addMembers(AddMembersRequest request, Answer<AddMembersResponse> answer) {
    answer(
        answer,
        AddMembersResponse.newBuilder()
            .addAllAdded(request.getMembersList())
            .setSeq(2)
            .setDuplicate(!changes.add(request.getClientMessageId()))
            .build());
  }

  @Override
  public void removeMembers(RemoveMembersRequest request, Answer<RemoveMembersResponse> answer) {
    answer(
        answer,
        RemoveMembersResponse.newBuilder()
            .addAllRemoved(request.getMembersList())
            .setSeq(3)
            .setDuplicate(!changes.add(request.getClientMessageId()))
            .build());
  }

  @Override
  public void listMembers(ListMembersRequest request, Answer<ListMembersResponse> answer) {
    Member member = Member.newBuilder().setUserId(request.getUserId()).setOwner(true).build();
    answer(answer, ListMembersResponse.newBuilder().addMembers(member).build());
  }

  @Override
  public synchronized void mailboxVersion(String userId, Answer<Long> answer) {
    if (holdingVersions) {
      held.add(() -> answerVersion(userId, answer));
    } else {
      answerVersion(userId, answer);
    }
  }

  @Override
  public void mailboxVersionInTime(String userId, Answer<Long> answer) {
    mailboxVersion(userId, answer);
  }

  private void answerVersion(String userId, Answer<Long> answer) {
    Long version = versions.get(userId);
    if (version == null) {
      answer.refused(ConnectionError.TIMEOUT.refusal("no version known"));
    } else {
      answer(answer, version);
    }
  }

  private void store(AppendItem item, Answer<Appended> answer) {
    List<AppendItem> stored =
        conversations.computeIfAbsent(item.getConversationId(), id -> new ArrayList<>());
    int place = places(stored).indexOf(item.getClientMessageId());
    boolean duplicate = place >= 0;
    if (!duplicate) {
      place = stored.size();
      stored.add(item);
    }
    answer(
        answer,
        Appended.newBuilder().setSeq(place + 1).setPrevSeq(place).setDuplicate(duplicate).build());
  }

  private static List<ByteString> places(List<AppendItem> items) {
    return items.stream().map(AppendItem::getClientMessageId).toList();
  }

  private synchronized <T> void answer(Answer<T> answer, T value) {
    Refusal reason = refusal;
    if (reason == null) {
      answer.answered(value);
    } else {
      answer.refused(reason);
    }
  }
}
