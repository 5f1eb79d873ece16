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
import dev.carillon.runtime.slots.OwnedSlots;
import dev.carillon.runtime.slots.Slots;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Message instances of a test, which share one store that takes a client message id once, in the
/// order in which they took them.
final class ScriptedMessageOwners {
  private final RegistryConfig registry;
  private final List<AppendItem> stored = new ArrayList<>();
  private final AtomicInteger versionCalls = new AtomicInteger();

  ScriptedMessageOwners(RegistryConfig registry) {
    this.registry = registry;
  }

  /// Starts an instance that claims its share of the slots.
  Owner start() {
    return new Owner(new Behaviour());
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

  /// What an instance does wrong.
  private static final class Behaviour {
    private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
    private volatile ByteString unanswered = ByteString.EMPTY;
    private volatile boolean reading = true;
  }

  /// One message instance.
  final class Owner extends ScriptedOwner {
    private final Behaviour behaviour;

    private Owner(Behaviour behaviour) {
      super("message", registry, slots -> new Rpc(slots, behaviour));
      this.behaviour = behaviour;
    }

    /// The message of this id is stored and never answered.
    void neverAnswer(ByteString clientMessageId) {
      behaviour.unanswered = clientMessageId;
    }

    /// Reads nothing of streams that are opened from now on.
    void stopReading() {
      behaviour.reading = false;
    }

    /// After so many more items its stream breaks without an answer to the last one, which is
    /// stored.
    void breakAfter(int items) {
      behaviour.left.set(items);
    }
  }

  private final class Rpc extends MessageServiceGrpc.MessageServiceImplBase {
    private final OwnedSlots slots;
    private final Behaviour behaviour;

    Rpc(OwnedSlots slots, Behaviour behaviour) {
      this.slots = slots;
      this.behaviour = behaviour;
    }

    @Override
    public StreamObserver<AppendRequest> append(StreamObserver<AppendResponse> responses) {
      if (!behaviour.reading) {
        ((ServerCallStreamObserver<AppendResponse>) responses).disableAutoRequest();
      }
      return new Appends(slots, behaviour, responses);
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

  /// One stream.
  private final class Appends implements StreamObserver<AppendRequest> {
    private final OwnedSlots slots;
    private final Behaviour behaviour;
    private final StreamObserver<AppendResponse> responses;
    private boolean broken;

    Appends(OwnedSlots slots, Behaviour behaviour, StreamObserver<AppendResponse> responses) {
      this.slots = slots;
      this.behaviour = behaviour;
      this.responses = responses;
    }

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
        if (behaviour.left.decrementAndGet() == 0) {
          broken = true;
          responses.onError(Status.UNAVAILABLE.asRuntimeException());
          return;
        }
      }
      if (!item.getClientMessageId().equals(behaviour.unanswered)) {
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
  }
}
