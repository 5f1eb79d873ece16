package dev.carillon.runtime.discovery;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.KVGrpc;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Reads all entries of etcd whose keys begin with a prefix.
final class EtcdReads {
  private EtcdReads() {}

  static CompletableFuture<RangeResponse> range(EtcdChannel etcd, String prefix) {
    return etcd.adapt(
        KVGrpc.newFutureStub(etcd.channel())
            .withDeadlineAfter(EtcdChannel.CALL_MILLIS, TimeUnit.MILLISECONDS)
            .range(
                RangeRequest.newBuilder()
                    .setKey(ByteString.copyFromUtf8(prefix))
                    .setRangeEnd(EtcdTransactions.endOf(prefix))
                    .build()));
  }

  static Map<String, Entry> entries(RangeResponse response) {
    Map<String, Entry> entries = new TreeMap<>();
    for (KeyValue found : response.getKvsList()) {
      Entry entry = EtcdTransactions.entry(found);
      entries.put(entry.key(), entry);
    }
    return entries;
  }
}
