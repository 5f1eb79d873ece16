package dev.carillon.connection.backend;

import com.google.protobuf.ByteString;
import dev.carillon.message.v1.AddMembersRequest;
import dev.carillon.message.v1.AddMembersResponse;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.AppendRequest;
import dev.carillon.message.v1.AppendResponse;
import dev.carillon.message.v1.AppendResult;
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
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.grpc.Channels;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.slots.InstanceChannels;
import dev.carillon.runtime.slots.SlotReason;
import dev.carillon.runtime.slots.SlotRouter;
import dev.carillon.runtime.slots.SlotTable;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.stream.InstanceStream;
import dev.carillon.runtime.stream.OwnerItem;
import dev.carillon.runtime.stream.OwnerProtocol;
import dev.carillon.runtime.stream.OwnerStreams;
import dev.carillon.type.v1.Refusal;
import io.grpc.Channel;
import io.grpc.Deadline;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The message service over gRPC: messages go over one stream to each owner, group changes to the
/// owner of the group, reads to any instance.
public final class GrpcMessageClient implements MessageClient, AutoCloseable {
  private static final String SERVICE = "message";
  private static final Duration VERSION_TIMEOUT = Duration.ofSeconds(2);
  private static final int VERSION_CALLS = 64;
  private static final int BATCH_ITEMS = 500;
  private static final int BATCH_BYTES = 1 << 20;

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
    atOwner(request.getConversationId(), owner -> owner.createGroup(request), answer);
  }

  @Override
  public void addMembers(AddMembersRequest request, Answer<AddMembersResponse> answer) {
    atOwner(request.getConversationId(), owner -> owner.addMembers(request), answer);
  }

  @Override
  public void removeMembers(RemoveMembersRequest request, Answer<RemoveMembersResponse> answer) {
    atOwner(request.getConversationId(), owner -> owner.removeMembers(request), answer);
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

  private <T> void atOwner(
      ByteString conversationId, Function<MessageServiceBlockingStub, T> call, Answer<T> answer) {
    int slot = Slots.of(conversationId.toByteArray());
    calls.call(
        deadline ->
            router.call(slot, deadline, (owner, attempt) -> call.apply(stub(owner, attempt))),
        answer);
  }

  private static MessageServiceBlockingStub stub(Channel channel, Deadline deadline) {
    return MessageServiceGrpc.newBlockingStub(channel).withDeadline(deadline);
  }

  /// Messages and their answers on the stream to a message instance.
  ///
  /// @param failPoints where it may be made to crash, or to lose a frame
  private record AppendProtocol(FailPoints failPoints)
      implements OwnerProtocol<AppendItem.Builder, Appended, AppendRequest, AppendResponse> {
    @Override
    public StreamObserver<AppendRequest> open(
        Channel channel, StreamObserver<AppendResponse> responses) {
      return new Forwarding(MessageServiceGrpc.newStub(channel).append(responses));
    }

    @Override
    public @Nullable AppendRequest encode(Items<AppendItem.Builder, Appended> items) {
      AppendRequest.Builder batch = AppendRequest.newBuilder();
      int bytes = 0;
      while (batch.getItemsCount() < BATCH_ITEMS && bytes < BATCH_BYTES) {
        OwnerItem<AppendItem.Builder, Appended> item = items.take();
        if (item == null) {
          break;
        }
        AppendItem.Builder outgoing = item.request().setItemId(item.id());
        AppendItem request = (item.isResend() ? outgoing.setResend(true) : outgoing).build();
        batch.addItems(request);
        bytes += request.getSerializedSize();
      }
      return batch.getItemsCount() == 0 ? null : batch.build();
    }

    @Override
    public void decode(AppendResponse response, Answers<AppendItem.Builder, Appended> answers) {
      failPoints.at(ConnectionStep.ACK_BEFORE_WRITE);
      for (AppendResult result : response.getResultsList()) {
        OwnerItem<AppendItem.Builder, Appended> item = answers.item(result.getItemId());
        Refusal refusal = result.getRefusal();
        if (item == null) {
          continue;
        }
        if (result.hasAppended()) {
          answers.answered(item, result.getAppended());
        } else if (result.hasRefusal() && !SlotReason.isOwnerGone(Refusals.ofFrame(refusal))) {
          answers.refused(item, refusal);
        } else {
          answers.again(item, refusal);
        }
      }
      failPoints.at(ConnectionStep.ACK_AFTER_WRITE);
    }

    /// The stream to the owner, with a fail point before and after each batch. The streams to
    /// owners write to what the protocol opens, so nothing else sees a batch on its way out.
    private final class Forwarding implements StreamObserver<AppendRequest> {
      private final StreamObserver<AppendRequest> owner;

      Forwarding(StreamObserver<AppendRequest> owner) {
        this.owner = owner;
      }

      @Override
      public void onNext(AppendRequest batch) {
        failPoints.at(ConnectionStep.APPEND_BEFORE_FORWARD);
        owner.onNext(batch);
        failPoints.at(ConnectionStep.APPEND_AFTER_FORWARD);
      }

      @Override
      public void onError(Throwable failure) {
        owner.onError(failure);
      }

      @Override
      public void onCompleted() {
        owner.onCompleted();
      }
    }
  }
}
