package dev.carillon.connection;

import com.google.protobuf.ByteString;
import dev.carillon.check.defect.Defect;
import dev.carillon.check.defect.Switch;
import dev.carillon.connection.backend.Answer;
import dev.carillon.connection.backend.MessageClient;
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
import dev.carillon.message.v1.RemoveMembersRequest;
import dev.carillon.message.v1.RemoveMembersResponse;
import dev.carillon.message.v1.SyncMailboxRequest;
import dev.carillon.message.v1.SyncMailboxResponse;
import dev.carillon.type.v1.Refusal;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The message service as a gateway with the defect of the moment understands it.
final class DefectiveAnswers implements MessageClient {
  private static final int OFTEN = 10;

  private final MessageClient real;
  private final Switch defects;
  private final Map<ByteString, Appended> last = new ConcurrentHashMap<>();
  private final Set<Joined> added = ConcurrentHashMap.newKeySet();

  /// Somebody who came to a group after its founding.
  private record Joined(ByteString group, String user) {}

  DefectiveAnswers(MessageClient real, Switch defects) {
    this.real = real;
    this.defects = defects;
  }

  @Override
  public void append(AppendItem.Builder item, Answer<Appended> answer) {
    ByteString conversation = item.getConversationId();
    if (defects.is(Defect.STALE_ROSTER)
        && added.contains(new Joined(conversation, item.getSender()))) {
      answer.refused(Refusal.newBuilder().setReason("NOT_A_MEMBER").build());
      return;
    }
    real.append(
        item,
        new Answer<>() {
          @Override
          public void answered(Appended place) {
            Appended before = last.put(conversation, place);
            if (defects.strikes(Defect.REFUSED_BUT_STORED, OFTEN)) {
              answer.refused(Refusal.newBuilder().setReason("NOT_A_MEMBER").build());
            } else if (before != null && defects.strikes(Defect.REUSED_NUMBER, OFTEN)) {
              answer.answered(before);
            } else {
              answer.answered(place);
            }
          }

          @Override
          public void refused(Refusal refusal) {
            answer.refused(refusal);
          }
        });
  }

  @Override
  public void syncMailbox(SyncMailboxRequest request, Answer<SyncMailboxResponse> answer) {
    real.syncMailbox(request, answer);
  }

  @Override
  public void listMessages(ListMessagesRequest request, Answer<ListMessagesResponse> answer) {
    real.listMessages(request, answer);
  }

  @Override
  public void createGroup(CreateGroupRequest request, Answer<CreateGroupResponse> answer) {
    real.createGroup(request, answer);
  }

  @Override
  public void addMembers(AddMembersRequest request, Answer<AddMembersResponse> answer) {
    request
        .getMembersList()
        .forEach(user -> added.add(new Joined(request.getConversationId(), user)));
    real.addMembers(request, answer);
  }

  @Override
  public void removeMembers(RemoveMembersRequest request, Answer<RemoveMembersResponse> answer) {
    real.removeMembers(request, answer);
  }

  @Override
  public void listMembers(ListMembersRequest request, Answer<ListMembersResponse> answer) {
    real.listMembers(request, answer);
  }

  @Override
  public void mailboxVersion(String userId, Answer<Long> answer) {
    real.mailboxVersion(userId, answer);
  }

  @Override
  public void mailboxVersionInTime(String userId, Answer<Long> answer) {
    real.mailboxVersionInTime(userId, answer);
  }
}
