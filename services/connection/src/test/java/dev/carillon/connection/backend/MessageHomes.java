package dev.carillon.connection.backend;

import com.google.protobuf.ByteString;
import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.AppendRequest;
import dev.carillon.message.v1.AppendResponse;
import dev.carillon.message.v1.AppendResult;
import dev.carillon.message.v1.Appended;
import dev.carillon.message.v1.GetMailboxVersionsRequest;
import dev.carillon.message.v1.GetMailboxVersionsResponse;
import dev.carillon.message.v1.MessageServiceGrpc;
import dev.carillon.runtime.discovery.RegistryConfig;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.service.HostConfig;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.runtime.slots.DeferredSlots;
import dev.carillon.runtime.slots.SlotListener;
import dev.carillon.runtime.slots.Slots;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/// What message instances share in a test: one store that takes a client message id once, in the
/// order in which owners took them.
final class MessageHomes {
  private final RegistryConfig registry;
  private final List<AppendItem> stored = new ArrayList<>();
  private final AtomicInteger versionCalls = new AtomicInteger();

  MessageHomes(RegistryConfig registry) {
    this.registry = registry;
  }

  /// Starts an instance that claims its share of the slots.
  Owner start() {
    return new Owner();
  }

  synchronized List<ByteString> order() {
    return stored.stream().map(AppendItem::getClientMessageId).toList();
  }

  int versionCalls() {
    return versionCalls.get();
  }

  private synchronized Appended store(AppendItem item) {
    int place = order().indexOf(item.getClientMessageId());
    boolean duplicate = place >= 0;
    if (!duplicate) {
      place = stored.size();
      stored.add(item);
    }
    return Appended.newBuilder()
        .setSeq(place + 1L)
        .setPrevSeq(place)
        .setDuplicate(duplicate)
        .build();
  }

  /// One message instance.
  final class Owner implements AutoCloseable {
    private final ServiceHost host = ServiceHost.open(HostConfig.local("message", registry));
    private final DeferredSlots slots = new DeferredSlots();
    private volatile int silentAfter = Integer.MAX_VALUE;
    private volatile ByteString unanswered = ByteString.EMPTY;
    private volatile boolean reading = true;

    private Owner() {
      host.serve(host.server().streams(new Rpc()));
      host.claimSlots(slots, new NothingToDo());
      host.ready();
    }

    boolean isReady() {
      return host.health().isReady();
    }

    /// The message of this id is stored and never answered.
    void neverAnswer(ByteString clientMessageId) {
      unanswered = clientMessageId;
    }

    /// Reads nothing of streams that are opened from now on.
    void stopReading() {
      reading = false;
    }

    /// After so many more items its stream breaks without an answer to the last one, which is
    /// stored.
    void breakAfter(int items) {
      silentAfter = items;
    }

    @Override
    public void close() {
      host.close();
    }

    private final class Rpc extends MessageServiceGrpc.MessageServiceImplBase {
      @Override
      public StreamObserver<AppendRequest> append(StreamObserver<AppendResponse> responses) {
        if (!reading) {
          ((ServerCallStreamObserver<AppendResponse>) responses).disableAutoRequest();
        }
        return new StreamObserver<>() {
          private boolean broken;

          @Override
          public void onNext(AppendRequest request) {
            for (AppendItem item : request.getItemsList()) {
              if (!broken) {
                take(item);
              }
            }
          }

          private void take(AppendItem item) {
            int slot = Slots.of(item.getConversationId().toByteArray());
            AppendResult.Builder result = AppendResult.newBuilder().setItemId(item.getItemId());
            if (!slots.owns(slot)) {
              result.setRefusal(Refusals.toFrame(slots.moved(slot)));
            } else {
              result.setAppended(store(item));
              int left = silentAfter - 1;
              silentAfter = left;
              if (left <= 0) {
                silentAfter = Integer.MAX_VALUE;
                broken = true;
                responses.onError(Status.UNAVAILABLE.asRuntimeException());
                return;
              }
            }
            if (!item.getClientMessageId().equals(unanswered)) {
              responses.onNext(AppendResponse.newBuilder().addResults(result).build());
            }
          }

          @Override
          public void onError(Throwable failure) {}

          @Override
          public void onCompleted() {
            if (!broken) {
              responses.onCompleted();
            }
          }
        };
      }

      @Override
      public void getMailboxVersions(
          GetMailboxVersionsRequest request, StreamObserver<GetMailboxVersionsResponse> answer) {
        versionCalls.incrementAndGet();
        GetMailboxVersionsResponse.Builder versions = GetMailboxVersionsResponse.newBuilder();
        request.getUserIdsList().forEach(user -> versions.addVersions(user.length()));
        answer.onNext(versions.build());
        answer.onCompleted();
      }
    }
  }

  private static final class NothingToDo implements SlotListener {
    @Override
    public void onClaimed(int slot, long epoch) {}

    @Override
    public CompletableFuture<Void> onReleasing(int slot) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void onLost(Set<Integer> slots) {}
  }
}
