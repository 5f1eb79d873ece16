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
import dev.carillon.message.v1.MessageServiceGrpc;
import dev.carillon.message.v1.MessageServiceGrpc.MessageServiceBlockingStub;
import dev.carillon.message.v1.RemoveMembersRequest;
import dev.carillon.message.v1.RemoveMembersResponse;
import dev.carillon.message.v1.SyncMailboxRequest;
import dev.carillon.message.v1.SyncMailboxResponse;
import dev.carillon.runtime.discovery.Instances;
import dev.carillon.runtime.grpc.Channels;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.slots.InstanceChannels;
import dev.carillon.runtime.slots.SlotRouter;
import dev.carillon.runtime.slots.SlotTable;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.stream.InstanceStream;
import dev.carillon.runtime.stream.OwnerItem;
import dev.carillon.runtime.stream.OwnerStreams;
import io.grpc.Channel;
import io.grpc.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;

/// The message service over gRPC: messages go over one stream to each owner, group changes to the
/// owner of the group, reads to any instance.
public final class GrpcMessageClient implements MessageClient, AutoCloseable {
  private static final String SERVICE = "message";
  private static final Duration VERSION_TIMEOUT = Duration.ofSeconds(2);
  private static final int VERSION_CALLS = 64;

  private final SlotTable table;
  private final SlotRouter router;
  private final Channel any;
  private final OwnerStreams<AppendItem.Builder, Appended> appends;
  private final UnaryCalls calls;
  private final UnaryCalls historyCalls;
  private final UnaryCalls versionCalls;
  private final MailboxVersions versions;

  /// Follows the message service's instances and slots as `host` sees them.
  ///
  /// @param timeout how long a request may take until it is refused with `TIMEOUT`
  /// @param appendLimit how many messages may be without an answer
  /// @param callLimit how many other calls may be in flight; beside them half as many reads of
  ///   history, which so never take the room of a device that comes back
  public GrpcMessageClient(ServiceHost host, Duration timeout, int appendLimit, int callLimit) {
    Channels channels = host.channels();
    Instances instances = host.instances();
    table = SlotTable.follow(instances, SERVICE);
    InstanceChannels owners = new InstanceChannels(channels, host.nanos());
    router = new SlotRouter(table, owners);
    any = channels.to(Instances.target(SERVICE), instances::resolving);
    appends =
        new OwnerStreams<>(
            table,
            address -> Channels.onLoop(owners.to(address)),
            () -> new AppendProtocol(host.failPoints()),
            new OwnerStreams.Limits(timeout, timeout, appendLimit),
            host.loops().group().next(),
            host.nanos(),
            host.batchInterval(InstanceStream.FRAME_COST));
    calls = new UnaryCalls(timeout, callLimit);
    historyCalls = new UnaryCalls(timeout, (callLimit + 1) / 2);
    versionCalls = new UnaryCalls(VERSION_TIMEOUT, VERSION_CALLS);
    versions =
        new MailboxVersions(
            host.loops().group().next(),
            (request, answer) ->
                versionCalls.read(
                    deadline -> stub(any, deadline).getMailboxVersions(request), answer),
            host.nanos());
    host.metrics()
        .gauge("appends.pending", "Messages without an answer from their owner", appends::pending);
    host.metrics()
        .gauge("appends.resent", "Attempts to append that had to be repeated", appends::resent);
  }

  @Override
  public void append(AppendItem.Builder item, Answer<Appended> answer) {
    int slot = Slots.of(item.getConversationId().toByteArray());
    appends.send(List.of(new OwnerItem<>(slot, item, answer)));
  }

  /// Messages without an answer.
  int pending() {
    return appends.pending();
  }

  @Override
  public void syncMailbox(SyncMailboxRequest request, Answer<SyncMailboxResponse> answer) {
    calls.read(deadline -> stub(any, deadline).syncMailbox(request), answer);
  }

  @Override
  public void listMessages(ListMessagesRequest request, Answer<ListMessagesResponse> answer) {
    historyCalls.read(deadline -> stub(any, deadline).listMessages(request), answer);
  }

  @Override
  public void createGroup(CreateGroupRequest request, Answer<CreateGroupResponse> answer) {
    atOwner(
        request.getConversationId().toByteArray(),
        (owner, deadline) -> stub(owner, deadline).createGroup(request),
        answer);
  }

  @Override
  public void addMembers(AddMembersRequest request, Answer<AddMembersResponse> answer) {
    atOwner(
        request.getConversationId().toByteArray(),
        (owner, deadline) -> stub(owner, deadline).addMembers(request),
        answer);
  }

  @Override
  public void removeMembers(RemoveMembersRequest request, Answer<RemoveMembersResponse> answer) {
    atOwner(
        request.getConversationId().toByteArray(),
        (owner, deadline) -> stub(owner, deadline).removeMembers(request),
        answer);
  }

  @Override
  public void listMembers(ListMembersRequest request, Answer<ListMembersResponse> answer) {
    calls.read(deadline -> stub(any, deadline).listMembers(request), answer);
  }

  @Override
  public void mailboxVersion(String userId, Answer<Long> answer) {
    versions.askForSignIn(userId, answer);
  }

  @Override
  public void mailboxVersionInTime(String userId, Answer<Long> answer) {
    versions.askForHeartbeat(userId, answer);
  }

  @Override
  public void close() throws Exception {
    appends.close();
    calls.close();
    historyCalls.close();
    versionCalls.close();
    router.close();
    table.close();
  }

  private <T> void atOwner(byte[] key, BiFunction<Channel, Deadline, T> call, Answer<T> answer) {
    calls.call(deadline -> router.call(Slots.of(key), deadline, call), answer);
  }

  private static MessageServiceBlockingStub stub(Channel channel, Deadline deadline) {
    return MessageServiceGrpc.newBlockingStub(channel).withDeadline(deadline);
  }
}
