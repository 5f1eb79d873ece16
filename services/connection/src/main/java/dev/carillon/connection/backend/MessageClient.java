package dev.carillon.connection.backend;

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

/// The port to the message service.
///
/// A gateway is a relay: it carries requests and answers in the form of the contract and never
/// looks inside a message. All methods may be called on any thread, never block and never throw;
/// every call gets exactly one answer within the client's deadline (10 s unless set otherwise),
/// refused with `TIMEOUT` at the latest. Moved slots, broken streams and instances that go away are
/// the client's business: it repeats the request where it belongs now. What cannot be queued is
/// refused at once with `OVERLOADED`.
public interface MessageClient {
  /// Appends a message. The builder is the client's from here on: it sets the `item_id` and builds
  /// the item, which the owner of the conversation validates.
  ///
  /// Items of one conversation from one thread are handed to the owner in the order of the calls,
  /// also while they are routed anew. After `TIMEOUT` the outcome is not known; the same
  /// `client_message_id` finds it.
  void append(AppendItem.Builder item, Answer<Appended> answer);

  /// Reads what changed in a mailbox.
  void syncMailbox(SyncMailboxRequest request, Answer<SyncMailboxResponse> answer);

  /// Reads a range of a conversation.
  void listMessages(ListMessagesRequest request, Answer<ListMessagesResponse> answer);

  /// Creates a group.
  void createGroup(CreateGroupRequest request, Answer<CreateGroupResponse> answer);

  /// Adds members to a group.
  void addMembers(AddMembersRequest request, Answer<AddMembersResponse> answer);

  /// Removes members from a group.
  void removeMembers(RemoveMembersRequest request, Answer<RemoveMembersResponse> answer);

  /// Lists the members of a group.
  void listMembers(ListMembersRequest request, Answer<ListMembersResponse> answer);

  /// Reads one user's mailbox version, as it was at the time of this call or later. Calls that
  /// arrive while requests are under way share the next one. Answered within 5 s.
  void mailboxVersion(String userId, Answer<Long> answer);

  /// As [#mailboxVersion], for a heartbeat: it shares the request of the next call of the other
  /// kind, or one that is made 200 ms later. Answered within 5.2 s.
  void mailboxVersionInTime(String userId, Answer<Long> answer);
}
