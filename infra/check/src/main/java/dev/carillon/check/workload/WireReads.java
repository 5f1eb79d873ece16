package dev.carillon.check.workload;

import dev.carillon.check.history.Device;
import dev.carillon.check.history.Event.HistoryRead;
import dev.carillon.check.history.Fact;
import dev.carillon.check.history.Recorder;
import dev.carillon.connection.v1.ClientFrame;
import dev.carillon.connection.v1.History;
import dev.carillon.message.v1.ListMessagesResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The readings of history that a wire device has asked for and that are not answered. Confined to
/// the device's loop.
final class WireReads {
  private static final int MAX_LIMIT = 200;

  private final Device device;
  private final Recorder recorder;
  private final LongSupplier requestIds;
  private final Map<Long, Asked> open = new HashMap<>();
  private final Map<String, Long> pulling = new HashMap<>();
  private @Nullable Consumer<ClientFrame> out;

  /// One request; `pull` is for the device itself.
  private record Asked(
      String conversation,
      long askedAt,
      long afterSeq,
      long beforeSeq,
      boolean last,
      boolean pull,
      CompletableFuture<HistoryRead> answer) {}

  WireReads(Device device, Recorder recorder, LongSupplier requestIds) {
    this.device = device;
    this.recorder = recorder;
    this.requestIds = requestIds;
  }

  void connected(Consumer<ClientFrame> to) {
    out = to;
  }

  void disconnected() {
    out = null;
    pulling.clear();
    open.values().forEach(asked -> fail(asked, "the connection was lost"));
    open.clear();
  }

  /// Pulls a part of history for the device, one at a time for each conversation.
  void pull(String conversation, long afterSeq, long upToSeq) {
    if (!pulling.containsKey(conversation)) {
      Asked asked =
          new Asked(
              conversation,
              recorder.now(),
              afterSeq,
              upToSeq + 1,
              false,
              true,
              new CompletableFuture<>());
      pulling.put(conversation, ask(asked, MAX_LIMIT));
    }
  }

  /// Reads for the load.
  void read(
      String conversation,
      long afterSeq,
      int limit,
      boolean last,
      CompletableFuture<HistoryRead> answer) {
    ask(
        new Asked(conversation, recorder.now(), afterSeq, Long.MAX_VALUE, last, false, answer),
        limit);
  }

  private long ask(Asked asked, int limit) {
    long requestId = requestIds.getAsLong();
    Consumer<ClientFrame> to = out;
    if (to == null) {
      fail(asked, "not connected");
      return requestId;
    }
    open.put(requestId, asked);
    History.Builder history =
        History.newBuilder()
            .setRequestId(requestId)
            .setConversationId(Facts.bytes(asked.conversation()))
            .setAfterSeq(asked.afterSeq())
            .setLimit(limit);
    if (asked.beforeSeq() != Long.MAX_VALUE) {
      history.setBeforeSeq(asked.beforeSeq());
    }
    to.accept(ClientFrame.newBuilder().setHistory(history).build());
    return requestId;
  }

  /// A part of history that the device pulled.
  ///
  /// @param visibleAfter what comes up to here is not for its user
  record Pulled(HistoryRead read, long visibleAfter) {}

  /// Notes an answer.
  ///
  /// @return what was read when the device had pulled it; null otherwise
  @Nullable Pulled answered(long requestId, ListMessagesResponse page) {
    Asked asked = open.remove(requestId);
    if (asked == null) {
      return null;
    }
    List<Fact> facts =
        page.getMessagesList().stream().map(message -> recorder.shared(Facts.of(message))).toList();
    HistoryRead read =
        new HistoryRead(
            asked.askedAt(),
            recorder.now(),
            device,
            asked.conversation(),
            asked.afterSeq(),
            asked.beforeSeq(),
            facts,
            page.getHasMore(),
            asked.last());
    recorder.record(read);
    asked.answer().complete(read);
    if (!asked.pull()) {
      return null;
    }
    pulling.remove(asked.conversation());
    return new Pulled(read, page.getVisibleAfterSeq());
  }

  /// Notes a refusal.
  ///
  /// @return the conversation when the device had pulled it; null otherwise
  @Nullable String refused(long requestId, String reason) {
    Asked asked = open.remove(requestId);
    if (asked == null) {
      return null;
    }
    fail(asked, reason);
    if (!asked.pull()) {
      return null;
    }
    pulling.remove(asked.conversation());
    return asked.conversation();
  }

  private static void fail(Asked asked, String why) {
    asked.answer().completeExceptionally(new IllegalStateException(why));
  }
}
