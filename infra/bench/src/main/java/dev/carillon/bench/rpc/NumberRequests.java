package dev.carillon.bench.rpc;

import com.google.protobuf.ByteString;
import dev.carillon.bench.load.Calls;
import dev.carillon.bench.load.Calls.Verdict;
import dev.carillon.sequence.v1.Block;
import dev.carillon.sequence.v1.Grant;
import dev.carillon.sequence.v1.NextNumbersRequest;
import dev.carillon.sequence.v1.Reservation;
import dev.carillon.sequence.v1.ReserveRequest;
import dev.carillon.sequence.v1.ReserveResponse;
import dev.carillon.sequence.v1.SequenceServiceGrpc;
import io.grpc.ManagedChannel;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// Requests for numbers of a few keys in turn, to the sequence service or the echo.
///
/// A later request never gets a lower number: each answer must be above everything that was
/// answered for its key before the request was made.
public final class NumberRequests implements StreamCalls.Codec<ReserveRequest, ReserveResponse> {
  /// How many keys are in one request of [#filling].
  public static final int KEYS_OF_A_REQUEST = 500;

  private static final int KEY_BYTES = 16;
  // No other key of the bench begins with these; streams count from 1.
  private static final long UNARY = 0x756E_6172_7900_0000L;
  private static final long FILLING = 0x7265_7369_6465_0000L;

  // More than are ever in flight.
  private static final int IN_FLIGHT = 1 << 14;

  private final IntFunction<Reservation> reservations;
  private final AtomicLongArray highest;
  private final AtomicLongArray above = new AtomicLongArray(IN_FLIGHT);
  private final boolean numbers;

  /// @param reservations what each key reserves
  /// @param numbers whether all numbers in the blocks are counted, or else the blocks
  NumberRequests(IntFunction<Reservation> reservations, int keys, boolean numbers) {
    this.reservations = reservations;
    this.highest = new AtomicLongArray(keys);
    this.numbers = numbers;
  }

  /// Unary calls for one number each.
  ///
  /// @param address `host:port`
  /// @param keys how many keys
  public static Calls unary(String address, int keys) {
    AtomicLongArray highest = new AtomicLongArray(keys);
    List<NextNumbersRequest> requests =
        IntStream.range(0, keys)
            .mapToObj(key -> NextNumbersRequest.newBuilder().setKey(key(UNARY, key)).build())
            .toList();
    return new UnaryCalls<>(
        address,
        SequenceServiceGrpc.getNextNumbersMethod(),
        number -> {
          int key = number % keys;
          long above = highest.get(key);
          return new UnaryCalls.One<>(
              requests.get(key), response -> isAbove(above, response.getBlock(), highest, key));
        });
  }

  /// Reservations of one block each, over streams that share a connection.
  ///
  /// @param address `host:port`
  /// @param keys how many keys each stream has, all of them its own
  /// @param numbers whether all numbers in the blocks are counted, or else the blocks
  public static Calls streams(String address, int streams, int keys, boolean numbers) {
    ManagedChannel channel = UnaryCalls.channel(address);
    List<Calls> all =
        IntStream.rangeClosed(1, streams)
            .mapToObj(stream -> {
              List<Reservation> prepared =
                  IntStream.range(0, keys).mapToObj(key -> reservation(stream, key)).toList();
              return stream(channel, new NumberRequests(prepared::get, keys, numbers), 1);
            })
            .toList();
    return new Calls() {
      @Override
      public void call(int number, Answer answer) {
        all.get(number % streams).call(number / streams, answer);
      }

      @Override
      public void close() {
        all.forEach(Calls::close);
      }
    };
  }

  /// Reservations of the first block for each of many keys, so that the service has all of them in
  /// memory; each call is a key.
  ///
  /// @param address `host:port` of the sequence service
  public static Calls filling(String address, int keys) {
    NumberRequests requests = new NumberRequests(key -> reservation(FILLING, key), keys, false);
    return stream(UnaryCalls.channel(address), requests, KEYS_OF_A_REQUEST);
  }

  private static Calls stream(ManagedChannel channel, NumberRequests requests, int items) {
    return new StreamCalls<>(channel, SequenceServiceGrpc.getReserveMethod(), requests, items);
  }

  private static Reservation reservation(long mark, int key) {
    return Reservation.newBuilder().setKey(key(mark, key)).setMinCount(1).build();
  }

  private static ByteString key(long mark, int key) {
    return ByteString.copyFrom(ByteBuffer.allocate(KEY_BYTES).putLong(mark).putLong(key).array());
  }

  private static boolean isAbove(long above, Block block, AtomicLongArray highest, int key) {
    highest.accumulateAndGet(key, block.getLast(), Math::max);
    return block.getFirst() > above;
  }

  @Override
  public ReserveRequest request(long first, long end) {
    ReserveRequest.Builder request = ReserveRequest.newBuilder().setRequestId(first);
    for (long number = first; number < end; number++) {
      int key = key(number);
      above.set((int) (number % IN_FLIGHT), highest.get(key));
      request.addReservations(reservations.apply(key));
    }
    return request.build();
  }

  @Override
  public void read(ReserveResponse response, StreamCalls.Judge judge) {
    long number = response.getRequestId();
    for (Grant grant : response.getGrantsList()) {
      if (grant.hasBlock()) {
        Block block = grant.getBlock();
        long before = above.get((int) (number % IN_FLIGHT));
        boolean kept = isAbove(before, block, highest, key(number));
        long amount = numbers ? block.getLast() - block.getFirst() + 1 : 1;
        judge.item(number, kept ? Verdict.DONE : Verdict.BROKEN, amount);
      } else {
        judge.item(number, Verdict.REFUSED, 1);
      }
      number++;
    }
  }

  private int key(long number) {
    return (int) (number % highest.length());
  }
}
