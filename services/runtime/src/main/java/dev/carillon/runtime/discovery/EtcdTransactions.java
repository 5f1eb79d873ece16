package dev.carillon.runtime.discovery;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Iterables;
import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Compare;
import io.etcd.jetcd.api.DeleteRangeRequest;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.PutRequest;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RequestOp;
import io.etcd.jetcd.api.TxnRequest;
import io.etcd.jetcd.api.TxnResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Builds and reads etcd's messages.
///
/// A conditional change of many keys is one transaction that holds a small transaction per key, so
/// one key that fails its condition does not spoil the others.
final class EtcdTransactions {
  /// etcd's default limit is 128 operations on all levels together; a key takes one on each of two.
  private static final int KEYS_PER_TRANSACTION = 100;

  private EtcdTransactions() {}

  /// The entries in pieces that fit into one transaction each.
  static <V> List<Map<String, V>> parts(Map<String, V> entries) {
    List<Map<String, V>> parts = new ArrayList<>();
    Iterables.partition(entries.entrySet(), KEYS_PER_TRANSACTION)
        .forEach(part -> parts.add(ImmutableMap.copyOf(part)));
    return parts;
  }

  /// Puts each absent key under the lease; answers its holder when it is present.
  static TxnRequest createAll(long lease, Map<String, String> entries) {
    TxnRequest.Builder all = TxnRequest.newBuilder();
    entries.forEach((name, value) -> {
      ByteString key = ByteString.copyFromUtf8(name);
      PutRequest put =
          PutRequest.newBuilder()
              .setKey(key)
              .setValue(ByteString.copyFromUtf8(value))
              .setLease(lease)
              .build();
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

  /// Reads the answer to [#createAll]: the create revisions of the keys that the lease now holds.
  ///
  /// @param entries the map that the request was built from; its order is that of the answers
  static Map<String, Long> created(long lease, Map<String, String> entries, TxnResponse response) {
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
  static TxnRequest deleteAll(Map<String, Long> createRevisions) {
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

  static Entry entry(KeyValue found) {
    return new Entry(
        found.getKey().toStringUtf8(), found.getValue().toStringUtf8(), found.getCreateRevision());
  }

  /// The first key after all that start with `prefix`; prefixes here end in an ASCII character.
  static ByteString endOf(String prefix) {
    int last = prefix.length() - 1;
    return ByteString.copyFromUtf8(prefix.substring(0, last) + (char) (prefix.charAt(last) + 1));
  }

  private static Compare createdAt(ByteString key, long revision) {
    return Compare.newBuilder()
        .setKey(key)
        .setTarget(Compare.CompareTarget.CREATE)
        .setResult(Compare.CompareResult.EQUAL)
        .setCreateRevision(revision)
        .build();
  }
}
