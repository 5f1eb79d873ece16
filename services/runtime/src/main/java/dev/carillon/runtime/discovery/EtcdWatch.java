package dev.carillon.runtime.discovery;

import com.google.protobuf.ByteString;
import io.etcd.jetcd.api.Event;
import io.etcd.jetcd.api.KeyValue;
import io.etcd.jetcd.api.RangeRequest;
import io.etcd.jetcd.api.RangeResponse;
import io.etcd.jetcd.api.WatchCreateRequest;
import io.etcd.jetcd.api.WatchGrpc;
import io.etcd.jetcd.api.WatchRequest;
import io.etcd.jetcd.api.WatchResponse;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A watch of etcd: one snapshot, then one stream from the snapshot's revision on; from the start
/// again whenever the stream ends, be it by compaction, a lost leader or a lost connection.
///
/// All state is touched by the registry's thread only.
final class EtcdWatch implements Subscription {
  private static final long RETRY_MILLIS = 100;

  private final EtcdChannel etcd;
  private final String prefix;
  private final PrefixListener listener;
  private final ScheduledExecutorService thread;
  private @Nullable Stream stream;
  private boolean closed;

  EtcdWatch(
      EtcdChannel etcd, String prefix, PrefixListener listener, ScheduledExecutorService thread) {
    this.etcd = etcd;
    this.prefix = prefix;
    this.listener = listener;
    this.thread = thread;
  }

  void start() {
    onThread(this::load);
  }

  @Override
  public void close() {
    onThread(() -> {
      closed = true;
      endStream();
    });
  }

  private void load() {
    if (closed) {
      return;
    }
    endStream();
    RangeRequest all =
        RangeRequest.newBuilder()
            .setKey(ByteString.copyFromUtf8(prefix))
            .setRangeEnd(endOf(prefix))
            .build();
    etcd.adapt(etcd.keys().range(all))
        .whenComplete((response, failure) -> onThread(() -> loaded(response, failure)));
  }

  private void loaded(@Nullable RangeResponse response, @Nullable Throwable failure) {
    if (closed) {
      return;
    }
    if (response == null || failure != null) {
      retry();
      return;
    }
    Map<String, Entry> entries = new TreeMap<>();
    response.getKvsList().stream()
        .map(EtcdWatch::entry)
        .forEach(entry -> entries.put(entry.key(), entry));
    listener.onSnapshot(entries);
    Stream opened = new Stream(etcd);
    stream = opened;
    opened.open(response.getHeader().getRevision() + 1);
  }

  private void changed(Stream source, WatchResponse response) {
    if (source != stream) {
      return;
    }
    if (response.getCanceled()) {
      load();
      return;
    }
    if (response.getEventsCount() > 0) {
      listener.onChanges(changes(response.getEventsList()));
    }
  }

  private void ended(Stream source, Status status) {
    if (source == stream) {
      stream = null;
      etcd.failed(status.asRuntimeException());
      retry();
    }
  }

  private void retry() {
    long delay = RETRY_MILLIS + ThreadLocalRandom.current().nextLong(RETRY_MILLIS);
    try {
      thread.schedule(this::load, delay, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      closed = true;
    }
  }

  private void endStream() {
    Stream open = stream;
    stream = null;
    if (open != null) {
      open.call.cancel("watch ended", null);
    }
  }

  private void onThread(Runnable step) {
    try {
      thread.execute(step);
    } catch (RejectedExecutionException e) {
      // The registry was closed, and with it this watch.
    }
  }

  private static List<PrefixListener.Change> changes(List<Event> events) {
    List<PrefixListener.Change> changes = new ArrayList<>(events.size());
    for (Event event : events) {
      changes.add(
          event.getType() == Event.EventType.DELETE
              ? new PrefixListener.Change.Deleted(event.getKv().getKey().toStringUtf8())
              : new PrefixListener.Change.Put(entry(event.getKv())));
    }
    return changes;
  }

  private static Entry entry(KeyValue found) {
    return new Entry(
        found.getKey().toStringUtf8(), found.getValue().toStringUtf8(), found.getCreateRevision());
  }

  /// The first key after all that start with `prefix`; prefixes here end in an ASCII character.
  private static ByteString endOf(String prefix) {
    int last = prefix.length() - 1;
    return ByteString.copyFromUtf8(prefix.substring(0, last) + (char) (prefix.charAt(last) + 1));
  }

  /// One watch stream; passes its events to the registry's thread.
  private final class Stream extends ClientCall.Listener<WatchResponse> {
    private final ClientCall<WatchRequest, WatchResponse> call;

    Stream(EtcdChannel etcd) {
      call = etcd.channel().newCall(WatchGrpc.getWatchMethod(), CallOptions.DEFAULT);
    }

    void open(long revision) {
      call.start(this, new Metadata());
      call.request(1);
      WatchCreateRequest create =
          WatchCreateRequest.newBuilder()
              .setKey(ByteString.copyFromUtf8(prefix))
              .setRangeEnd(endOf(prefix))
              .setStartRevision(revision)
              .build();
      call.sendMessage(WatchRequest.newBuilder().setCreateRequest(create).build());
    }

    @Override
    public void onMessage(WatchResponse response) {
      onThread(() -> changed(this, response));
      call.request(1);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      onThread(() -> ended(this, status));
    }
  }
}
