package dev.carillon.bench.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.sequence.v1.Block;
import dev.carillon.sequence.v1.Grant;
import dev.carillon.sequence.v1.Reservation;
import dev.carillon.sequence.v1.ReserveRequest;
import dev.carillon.sequence.v1.ReserveResponse;
import dev.carillon.type.v1.Refusal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Reservations of a stream, and what their answers are worth.
final class NumberRequestsTest {
  private static final int KEYS = 2;

  private final NumberRequests blocks = requests(false);

  @Test
  void keysTakeTurnsAndARequestHasTheNumberOfItsFirstItem() {
    ReserveRequest first = blocks.request(0, 3);

    assertThat(first.getRequestId()).isZero();
    assertThat(first.getReservationsList())
        .extracting(Reservation::getMinCount)
        .containsExactly(10, 11, 10);
    assertThat(blocks.request(3, 4).getRequestId()).isEqualTo(3);
  }

  @Test
  void aBlockMustBeAboveAllThatWasAnsweredBeforeItsRequest() {
    blocks.request(0, 1);
    assertThat(read(blocks, 0, block(5, 8))).containsExactly("0 DONE 1");
    blocks.request(1, 3);

    assertThat(read(blocks, 1, block(1, 4), block(8, 9))).containsExactly("1 DONE 1", "2 BROKEN 1");
  }

  @Test
  void anEarlierRequestMayBeAnsweredAfterALaterOne() {
    blocks.request(0, 3);

    assertThat(read(blocks, 2, block(5, 8))).containsExactly("2 DONE 1");
    assertThat(read(blocks, 0, block(1, 4))).containsExactly("0 DONE 1");
  }

  @Test
  void aRefusalIsNoBlock() {
    blocks.request(0, 1);
    Grant refusal = Grant.newBuilder().setRefusal(Refusal.newBuilder().setReason("R")).build();

    assertThat(read(blocks, 0, refusal)).containsExactly("0 REFUSED 1");
  }

  @Test
  void allNumbersOfABlockCanBeCounted() {
    NumberRequests numbers = requests(true);
    numbers.request(0, 1);

    assertThat(read(numbers, 0, block(1, 64))).containsExactly("0 DONE 64");
  }

  /// What each key reserves sets it apart from the others.
  private static NumberRequests requests(boolean all) {
    return new NumberRequests(
        key -> Reservation.newBuilder().setMinCount(10 + key).build(), KEYS, all);
  }

  private static Grant block(long first, long last) {
    return Grant.newBuilder().setBlock(Block.newBuilder().setFirst(first).setLast(last)).build();
  }

  private static List<String> read(NumberRequests requests, long id, Grant... grants) {
    List<String> judged = new ArrayList<>();
    ReserveResponse response =
        ReserveResponse.newBuilder().setRequestId(id).addAllGrants(List.of(grants)).build();
    requests.read(
        response, (number, verdict, amount) -> judged.add(number + " " + verdict + " " + amount));
    return judged;
  }
}
