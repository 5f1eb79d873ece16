package dev.carillon.bench.rpc;

import com.google.protobuf.ByteString;
import dev.carillon.bench.load.Calls;
import dev.carillon.sequence.v1.NextNumbersRequest;
import dev.carillon.sequence.v1.NextNumbersResponse;
import dev.carillon.sequence.v1.SequenceServiceGrpc;
import dev.carillon.sequence.v1.SequenceServiceGrpc.SequenceServiceStub;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/// Unary calls for the next number, of a few keys in turn, against the sequence service or the
/// echo.
///
/// Nobody who asks later gets a lower number: each answer must be above everything that was
/// answered for its key before the call was made.
public final class NumberCalls implements Calls, AutoCloseable {
  private static final int CHANNELS = 4;
  private static final int KEY_BYTES = 16;
  // No other key of the bench begins with it.
  private static final long MARK = 0x756E_6172_7900_0000L;

  private final Channels channels;
  private final List<SequenceServiceStub> stubs = new ArrayList<>();
  private final List<NextNumbersRequest> requests = new ArrayList<>();
  private final AtomicLongArray highest;

  /// @param address `host:port`
  /// @param keys how many keys numbers are asked for
  public NumberCalls(String address, int keys) {
    this.channels = new Channels(address, CHANNELS);
    this.highest = new AtomicLongArray(keys);
    channels.all().forEach(channel -> stubs.add(SequenceServiceGrpc.newStub(channel)));
    for (int key = 0; key < keys; key++) {
      byte[] bytes = ByteBuffer.allocate(KEY_BYTES).putLong(MARK).putLong(key).array();
      requests.add(NextNumbersRequest.newBuilder().setKey(ByteString.copyFrom(bytes)).build());
    }
  }

  @Override
  public void call(int number, Answer answer) {
    int key = number % requests.size();
    stubs
        .get(number % CHANNELS)
        .nextNumbers(requests.get(key), new One(key, highest.get(key), answer));
  }

  @Override
  public void close() {
    channels.close();
  }

  /// One call on its way.
  private final class One implements StreamObserver<NextNumbersResponse> {
    private final int key;
    private final long above;
    private final Answer answer;
    private Verdict verdict = Verdict.REFUSED;

    One(int key, long above, Answer answer) {
      this.key = key;
      this.above = above;
      this.answer = answer;
    }

    @Override
    public void onNext(NextNumbersResponse response) {
      long number = response.getBlock().getFirst();
      verdict = number > above ? Verdict.DONE : Verdict.BROKEN;
      highest.accumulateAndGet(key, number, Math::max);
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
