package dev.carillon.bench.rpc;

import dev.carillon.bench.load.Calls;
import dev.carillon.message.v1.ListMessagesRequest;
import dev.carillon.message.v1.ListMessagesResponse;
import dev.carillon.message.v1.MessageServiceGrpc;
import dev.carillon.message.v1.MessageServiceGrpc.MessageServiceStub;
import dev.carillon.type.v1.Message;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Reads of pages anywhere in old conversations; each must hold exactly the messages of its place.
public final class PageCalls implements Calls, AutoCloseable {
  /// How many messages a page has.
  public static final int PAGE = 50;

  private static final int CHANNELS = 4;

  private final Channels channels;
  private final List<MessageServiceStub> stubs = new ArrayList<>();
  private final List<HistoryTable.OldConversation> threads;
  private final Random places;

  /// @param address `host:port` of the message service
  /// @param seed the same seed gives the same places
  public PageCalls(String address, List<HistoryTable.OldConversation> threads, long seed) {
    this.channels = new Channels(address, CHANNELS);
    this.threads = threads;
    this.places = new Random(seed);
    channels.all().forEach(channel -> stubs.add(MessageServiceGrpc.newStub(channel)));
  }

  @Override
  public void call(int number, Answer answer) {
    HistoryTable.OldConversation thread = threads.get(places.nextInt(threads.size()));
    long before = PAGE + 1L + places.nextInt(HistoryTable.MESSAGES - PAGE + 1);
    ListMessagesRequest request =
        ListMessagesRequest.newBuilder()
            .setConversationId(thread.id())
            .setUserId(thread.reader())
            .setBeforeSeq(before)
            .setLimit(PAGE)
            .build();
    stubs.get(number % CHANNELS).listMessages(request, new Page(before, answer));
  }

  @Override
  public void close() {
    channels.close();
  }

  /// One page on its way.
  private static final class Page implements StreamObserver<ListMessagesResponse> {
    private final long before;
    private final Answer answer;
    private Verdict verdict = Verdict.BROKEN;

    Page(long before, Answer answer) {
      this.before = before;
      this.answer = answer;
    }

    @Override
    public void onNext(ListMessagesResponse response) {
      long seq = before - PAGE;
      boolean whole = response.getMessagesCount() == PAGE;
      for (Message message : response.getMessagesList()) {
        whole &= message.getSeq() == seq++;
      }
      verdict = whole ? Verdict.DONE : Verdict.BROKEN;
    }

    @Override
    public void onError(Throwable failure) {
      answer.came(Verdict.REFUSED);
    }

    @Override
    public void onCompleted() {
      answer.came(verdict);
    }
  }
}
