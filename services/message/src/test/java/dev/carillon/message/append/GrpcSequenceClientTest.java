package dev.carillon.message.append;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.carillon.message.append.SequenceClient.Grants;
import dev.carillon.message.append.SequenceClient.Wish;
import dev.carillon.message.conversation.ConversationId;
import dev.carillon.runtime.batch.BatchInterval;
import dev.carillon.runtime.discovery.Subscription;
import dev.carillon.runtime.slots.OwnerLocation;
import dev.carillon.runtime.slots.OwnerLookup;
import dev.carillon.runtime.slots.SlotMoved;
import dev.carillon.sequence.v1.Block;
import dev.carillon.sequence.v1.Grant;
import dev.carillon.sequence.v1.Reservation;
import dev.carillon.sequence.v1.ReserveRequest;
import dev.carillon.sequence.v1.ReserveResponse;
import dev.carillon.sequence.v1.SequenceServiceGrpc.SequenceServiceImplBase;
import dev.carillon.type.v1.Refusal;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Reservations over a stream to an owner in this process.
final class GrpcSequenceClientTest {
  private final String name = InProcessServerBuilder.generateName();
  private final Owner owner = new Owner();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final ManagedChannel channel =
      InProcessChannelBuilder.forName(name).directExecutor().build();
  private final GrpcSequenceClient client =
      new GrpcSequenceClient(
          new OneOwner(),
          address -> channel,
          Duration.ofMinutes(1),
          timer,
          System::nanoTime,
          BatchInterval.NONE);
  private final Answers answers = new Answers();
  private Server server;

  @BeforeEach
  void start() throws Exception {
    server =
        InProcessServerBuilder.forName(name).directExecutor().addService(owner).build().start();
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    channel.shutdownNow();
    server.shutdownNow();
    timer.shutdownNow();
  }

  @Test
  void wishesThatComeTogetherShareARequest() {
    client.reserve(List.of(wish(1), wish(2), wish(3)), answers);

    assertThat(owner.requests).hasSize(1);
    assertThat(answers.granted).containsExactly("1: 1 to 64", "2: 65 to 128", "3: 129 to 192");
  }

  @Test
  void asksAgainForWhatIsRefusedAndOnlyForThat() {
    owner.refused = 2;

    client.reserve(List.of(wish(1), wish(2)), answers);

    assertThat(answers.granted).containsExactly("1: 1 to 64");
    await().until(() -> answers.granted.size() == 2);
    assertThat(answers.granted).last().isEqualTo("2: 65 to 128");
    assertThat(owner.requests.getLast().getReservationsList()).hasSize(1);
  }

  @Test
  void whatIsNotAnsweredFailsWhenItCloses() throws Exception {
    owner.silent = true;
    client.reserve(List.of(wish(1)), answers);

    client.close();

    assertThat(answers.failed).containsExactly("1: sequence: this instance stops");
  }

  private static Wish wish(long conversation) {
    return new Wish(new ConversationId(0, conversation), 1, 0);
  }

  /// Notes what became of wishes.
  private static final class Answers implements Grants {
    private final List<String> granted = new CopyOnWriteArrayList<>();
    private final List<String> failed = new CopyOnWriteArrayList<>();

    @Override
    public void granted(ConversationId conversation, long first, long last) {
      granted.add(conversation.low() + ": " + first + " to " + last);
    }

    @Override
    public void failed(ConversationId conversation, String why) {
      failed.add(conversation.low() + ": " + why);
    }
  }

  /// Grants blocks one after the other; refuses one reservation once.
  private static final class Owner extends SequenceServiceImplBase {
    private final List<ReserveRequest> requests = new CopyOnWriteArrayList<>();
    private volatile boolean silent;
    private int refused;
    private long last;

    @Override
    public StreamObserver<ReserveRequest> reserve(StreamObserver<ReserveResponse> responses) {
      return new StreamObserver<>() {
        @Override
        public void onNext(ReserveRequest request) {
          requests.add(request);
          if (!silent) {
            responses.onNext(answer(request));
          }
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          responses.onCompleted();
        }
      };
    }

    private ReserveResponse answer(ReserveRequest request) {
      ReserveResponse.Builder response =
          ReserveResponse.newBuilder().setRequestId(request.getRequestId());
      for (Reservation _ : request.getReservationsList()) {
        response.addGrants(grant(response.getGrantsCount() + 1));
      }
      return response.build();
    }

    private Grant grant(int place) {
      if (place == refused) {
        refused = 0;
        return Grant.newBuilder()
            .setRefusal(Refusal.newBuilder().setReason("OVERLOADED").setRetryable(true))
            .build();
      }
      Block block = Block.newBuilder().setFirst(last + 1).setLast(last + 64).build();
      last += 64;
      return Grant.newBuilder().setBlock(block).build();
    }
  }

  /// The same owner for every slot.
  private static final class OneOwner implements OwnerLookup {
    @Override
    public Optional<OwnerLocation> ownerOf(int slot) {
      return Optional.of(new OwnerLocation("sequence-1", "anywhere", 1));
    }

    @Override
    public void learn(SlotMoved moved) {}

    @Override
    public Subscription onMove(MoveListener listener) {
      return () -> {};
    }
  }
}
