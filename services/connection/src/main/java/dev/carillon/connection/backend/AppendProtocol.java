package dev.carillon.connection.backend;

import dev.carillon.message.v1.AppendItem;
import dev.carillon.message.v1.AppendRequest;
import dev.carillon.message.v1.AppendResponse;
import dev.carillon.message.v1.AppendResult;
import dev.carillon.message.v1.Appended;
import dev.carillon.message.v1.MessageServiceGrpc;
import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.failpoints.FailPoints;
import dev.carillon.runtime.slots.SlotReason;
import dev.carillon.runtime.stream.OwnerItem;
import dev.carillon.runtime.stream.OwnerProtocol;
import dev.carillon.type.v1.Refusal;
import io.grpc.Channel;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Messages and their answers on the stream to a message instance.
///
/// @param failPoints where it may be made to crash, or to lose a frame
record AppendProtocol(FailPoints failPoints)
    implements OwnerProtocol<AppendItem.Builder, Appended, AppendRequest, AppendResponse> {
  private static final int BATCH_ITEMS = 500;
  private static final int BATCH_BYTES = 1 << 20;
  private static final Set<String> NOT_FINAL =
      Set.of(
          SlotReason.SLOT_MOVED.name(),
          RuntimeReason.SHUTTING_DOWN.name(),
          RuntimeReason.PEER_UNAVAILABLE.name());

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
      AppendItem request = outgoing(item);
      batch.addItems(request);
      bytes += request.getSerializedSize();
    }
    return batch.getItemsCount() == 0 ? null : batch.build();
  }

  private static AppendItem outgoing(OwnerItem<AppendItem.Builder, Appended> item) {
    AppendItem.Builder request = item.request().setItemId(item.id());
    return (item.isResend() ? request.setResend(true) : request).build();
  }

  @Override
  public void decode(AppendResponse response, Answers<AppendItem.Builder, Appended> answers) {
    failPoints.at(ConnectionStep.ACK_BEFORE_WRITE);
    for (AppendResult result : response.getResultsList()) {
      OwnerItem<AppendItem.Builder, Appended> item = answers.item(result.getItemId());
      if (item != null) {
        decode(result, item, answers);
      }
    }
    failPoints.at(ConnectionStep.ACK_AFTER_WRITE);
  }

  private static void decode(
      AppendResult result,
      OwnerItem<AppendItem.Builder, Appended> item,
      Answers<AppendItem.Builder, Appended> answers) {
    Refusal refusal = result.getRefusal();
    if (result.hasAppended()) {
      answers.answered(item, result.getAppended());
    } else if (result.hasRefusal() && !NOT_FINAL.contains(refusal.getReason())) {
      answers.refused(item, refusal);
    } else {
      answers.again(item, refusal);
    }
  }

  /// The way out, on which frames may be lost on purpose.
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
