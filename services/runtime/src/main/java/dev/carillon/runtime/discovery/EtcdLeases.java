package dev.carillon.runtime.discovery;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Iterables;
import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.LeaseGrantRequest;
import io.etcd.jetcd.api.LeaseGrpc;
import io.etcd.jetcd.api.LeaseKeepAliveRequest;
import io.etcd.jetcd.api.LeaseKeepAliveResponse;
import io.etcd.jetcd.api.LeaseRevokeRequest;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
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

/// Leases in etcd, and keys under them.
///
/// A conditional change of many keys is one transaction that holds a small transaction per key, so
/// one key that fails its condition does not spoil the others.
final class EtcdLeases implements LeaseCalls {
  /// etcd's default limit is 128 operations on all levels together; a key takes one on each of two.
  private static final int KEYS_PER_TRANSACTION = 100;

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
    return etcd.adapt(etcd.keys().put(putRequest(lease, key, value))).thenAccept(answer -> {});
  }

  @Override
  public CompletableFuture<Map<String, Long>> createAll(long lease, Map<String, String> entries) {
    List<CompletableFuture<Map<String, Long>>> parts = new ArrayList<>();
    for (Map<String, String> part : parts(entries)) {
      parts.add(
          commit(creation(lease, part)).thenApply(response -> created(lease, part, response)));
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
        .thenApply(done -> {
          Map<String, Long> created = new HashMap<>();
          parts.forEach(part -> created.putAll(part.join()));
          return created;
        });
  }

  /// As [Registry#deleteAll].
  CompletableFuture<Void> deleteAll(Map<String, Long> createRevisions) {
    return CompletableFuture.allOf(
        parts(createRevisions).stream()
            .map(part -> commit(deletion(part)))
            .toArray(CompletableFuture[]::new));
  }

  private CompletableFuture<TxnResponse> commit(TxnRequest request) {
    return etcd.adapt(etcd.keys().txn(request));
  }

  /// The entries in pieces that fit into one transaction each.
  private static <V> List<Map<String, V>> parts(Map<String, V> entries) {
    List<Map<String, V>> parts = new ArrayList<>();
    Iterables.partition(entries.entrySet(), KEYS_PER_TRANSACTION)
        .forEach(part -> parts.add(ImmutableMap.copyOf(part)));
    return parts;
  }

  /// Puts each absent key under the lease; answers its holder when it is present.
  private static TxnRequest creation(long lease, Map<String, String> entries) {
    TxnRequest.Builder all = TxnRequest.newBuilder();
    entries.forEach((name, value) -> {
      ByteString key = ByteString.copyFromUtf8(name);
      PutRequest put = putRequest(lease, name, value);
      TxnRequest one =
          TxnRequest.newBuilder()
              .addCompare(createdAt(key, 0))
              .addSuccess(RequestOp.newBuilder().setRequestPut(put))
              .addFailure(
                  RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(key)))
              .build();
      all.addSuccess(RequestOp.newBuilder().setRequestTxn(one));
    });
    return all.build();
  }

  /// Reads the answer to [#creation]: the create revisions of the keys that the lease now holds.
  ///
  /// @param entries the map that the request was built from; its order is that of the answers
  private static Map<String, Long> created(
      long lease, Map<String, String> entries, TxnResponse response) {
    Map<String, Long> created = new HashMap<>();
    int at = 0;
    for (Map.Entry<String, String> wanted : entries.entrySet()) {
      TxnResponse one = response.getResponses(at++).getResponseTxn();
      if (one.getSucceeded()) {
        created.put(wanted.getKey(), response.getHeader().getRevision());
      } else {
        for (KeyValue found : one.getResponses(0).getResponseRange().getKvsList()) {
          if (found.getLease() == lease
              && found.getValue().toStringUtf8().equals(wanted.getValue())) {
            created.put(wanted.getKey(), found.getCreateRevision());
          }
        }
      }
    }
    return created;
  }

  /// Deletes each key that has the given create revision.
  private static TxnRequest deletion(Map<String, Long> createRevisions) {
    TxnRequest.Builder all = TxnRequest.newBuilder();
    createRevisions.forEach((name, created) -> {
      ByteString key = ByteString.copyFromUtf8(name);
      TxnRequest one =
          TxnRequest.newBuilder()
              .addCompare(createdAt(key, created))
              .addSuccess(
                  RequestOp.newBuilder()
                      .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(key)))
              .build();
      all.addSuccess(RequestOp.newBuilder().setRequestTxn(one));
    });
    return all.build();
  }

  private static PutRequest putRequest(long lease, String key, String value) {
    return PutRequest.newBuilder()
        .setKey(ByteString.copyFromUtf8(key))
        .setValue(ByteString.copyFromUtf8(value))
        .setLease(lease)
        .build();
  }

  private static Compare createdAt(ByteString key, long revision) {
    return Compare.newBuilder()
        .setKey(key)
        .setTarget(Compare.CompareTarget.CREATE)
        .setResult(Compare.CompareResult.EQUAL)
        .setCreateRevision(revision)
        .build();
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
