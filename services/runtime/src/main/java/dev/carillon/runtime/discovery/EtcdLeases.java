package dev.carillon.runtime.discovery;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Leases and keys under them in etcd.
final class EtcdLeases implements LeaseCalls {
  private final EtcdChannel etcd;

  EtcdLeases(EtcdChannel etcd) {
    this.etcd = etcd;
  }

  @Override
  public CompletableFuture<Grant> grant(Duration timeToLive) {
    LeaseGrantRequest request =
        LeaseGrantRequest.newBuilder().setTTL(timeToLive.plusMillis(999).toSeconds()).build();
    return etcd.adapt(lease().leaseGrant(request))
        .thenApply(granted -> new Grant(granted.getID(), Duration.ofSeconds(granted.getTTL())));
  }

  @Override
  public CompletableFuture<Duration> keepAlive(long lease) {
    ClientCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call =
        etcd.channel()
            .newCall(
                LeaseGrpc.getLeaseKeepAliveMethod(),
                CallOptions.DEFAULT.withDeadlineAfter(
                    EtcdChannel.CALL_MILLIS, TimeUnit.MILLISECONDS));
    KeepAlive answer = new KeepAlive(call);
    call.start(answer, new Metadata());
    call.sendMessage(LeaseKeepAliveRequest.newBuilder().setID(lease).build());
    call.request(1);
    return answer.result;
  }

  @Override
  public CompletableFuture<Void> revoke(long lease) {
    return etcd.adapt(lease().leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease).build()))
        .handle((answer, failure) -> {
          if (failure instanceof RegistryException known
              && Status.fromThrowable(known).getCode() != Status.Code.NOT_FOUND) {
            throw known;
          }
          return answer;
        })
        .thenAccept(answer -> {});
  }

  @Override
  public CompletableFuture<Void> put(long lease, String key, String value) {
    PutRequest request =
        PutRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8(key))
            .setValue(ByteString.copyFromUtf8(value))
            .setLease(lease)
            .build();
    return etcd.adapt(etcd.keys().put(request)).thenAccept(answer -> {});
  }

  @Override
  public CompletableFuture<Map<String, Long>> createAll(long lease, Map<String, String> entries) {
    List<CompletableFuture<Map<String, Long>>> parts = new ArrayList<>();
    for (Map<String, String> part : EtcdTransactions.parts(entries)) {
      parts.add(
          commit(EtcdTransactions.createAll(lease, part))
              .thenApply(response -> EtcdTransactions.created(lease, part, response)));
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
        .thenApply(done -> {
          Map<String, Long> created = new HashMap<>();
          parts.forEach(part -> created.putAll(part.join()));
          return created;
        });
  }

  CompletableFuture<TxnResponse> commit(TxnRequest request) {
    return etcd.adapt(etcd.keys().txn(request));
  }

  private LeaseGrpc.LeaseFutureStub lease() {
    return LeaseGrpc.newFutureStub(etcd.channel())
        .withDeadlineAfter(EtcdChannel.CALL_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// One request and one answer on a keep-alive stream of its own.
  private final class KeepAlive extends ClientCall.Listener<LeaseKeepAliveResponse> {
    private final ClientCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call;
    private final CompletableFuture<Duration> result = new CompletableFuture<>();

    KeepAlive(ClientCall<LeaseKeepAliveRequest, LeaseKeepAliveResponse> call) {
      this.call = call;
    }

    @Override
    public void onMessage(LeaseKeepAliveResponse message) {
      result.complete(Duration.ofSeconds(Math.max(0, message.getTTL())));
      call.halfClose();
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      result.completeExceptionally(etcd.failed(status.asRuntimeException()));
    }
  }
}
