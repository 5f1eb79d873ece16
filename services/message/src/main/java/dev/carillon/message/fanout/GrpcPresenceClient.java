package dev.carillon.message.fanout;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.carillon.presence.v1.DeviceLocation;
import dev.carillon.presence.v1.LocateRequest;
import dev.carillon.presence.v1.LocateResponse;
import dev.carillon.presence.v1.PresenceServiceGrpc;
import dev.carillon.presence.v1.UserLocation;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.slots.InstanceChannels;
import dev.carillon.runtime.slots.OwnerLocation;
import dev.carillon.runtime.slots.SlotMoved;
import dev.carillon.runtime.slots.SlotReason;
import dev.carillon.runtime.slots.SlotTable;
import dev.carillon.runtime.slots.Slots;
import dev.carillon.runtime.telemetry.Counter;
import dev.carillon.runtime.telemetry.Histogram;
import dev.carillon.runtime.telemetry.Metrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/// Asks the presence instances, each for the users whose slots it owns, all at once.
///
/// Users whose slot has moved are asked for once more at the new owner. An instance that did not
/// answer is left alone for a moment, so that one that hangs delays few deliveries: its users are
/// told everywhere.
public final class GrpcPresenceClient implements PresenceClient {
  private static final int MAX_USERS = 1_000;
  private static final int ROUNDS = 2;
  private static final long SUSPEND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final SlotTable slots;
  private final InstanceChannels channels;
  private final Duration timeout;
  private final Histogram time;
  private final Counter failures;
  private final Map<String, Long> suspendedUntil = new ConcurrentHashMap<>();

  /// Asks by the slot table of service `presence`, waiting `timeout` at most for each round.
  public GrpcPresenceClient(
      SlotTable slots, InstanceChannels channels, Duration timeout, Metrics metrics) {
    this.slots = slots;
    this.channels = channels;
    this.timeout = timeout;
    this.time = metrics.timer("presence.locate", "Time to ask presence where users are");
    this.failures =
        metrics.counter("presence.failures", "Questions that a presence instance did not answer");
  }

  /// A question under way.
  private record Question(
      String address, List<String> users, ListenableFuture<LocateResponse> answer) {}

  @Override
  public Map<String, Set<String>> locate(Collection<String> userIds) {
    long begun = System.nanoTime();
    Map<String, Set<String>> places = new HashMap<>();
    Collection<String> open = userIds;
    for (int round = 0; round < ROUNDS && !open.isEmpty(); round++) {
      List<String> moved = new ArrayList<>();
      for (Question question : ask(open)) {
        moved.addAll(answer(question, places));
      }
      open = moved;
    }
    time.recordNanos(System.nanoTime() - begun);
    return places;
  }

  private List<Question> ask(Collection<String> userIds) {
    Map<String, List<String>> byAddress = new HashMap<>();
    for (String user : userIds) {
      slots
          .ownerOf(Slots.of(user))
          .map(OwnerLocation::address)
          .filter(address -> !suspended(address))
          .ifPresent(
              address -> byAddress.computeIfAbsent(address, added -> new ArrayList<>()).add(user));
    }
    List<Question> questions = new ArrayList<>();
    byAddress.forEach((address, users) -> {
      for (int from = 0; from < users.size(); from += MAX_USERS) {
        List<String> part = users.subList(from, Math.min(from + MAX_USERS, users.size()));
        questions.add(ask(address, part));
      }
    });
    return questions;
  }

  private Question ask(String address, List<String> users) {
    LocateRequest request = LocateRequest.newBuilder().addAllUserIds(users).build();
    return new Question(
        address,
        users,
        PresenceServiceGrpc.newFutureStub(channels.to(address))
            // The answer wakes the thread that waits for it and does nothing else.
            .withExecutor(MoreExecutors.directExecutor())
            .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
            .locate(request));
  }

  /// Notes what the answer tells; gives the users who are to be asked for elsewhere.
  private List<String> answer(Question question, Map<String, Set<String>> places) {
    try {
      LocateResponse response = question.answer().get();
      suspendedUntil.remove(question.address());
      response.getLocationsList().forEach(location -> note(location, places));
      return moved(question, response);
    } catch (ExecutionException e) {
      failures.increment();
      suspendedUntil.put(question.address(), System.nanoTime() + SUSPEND_NANOS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return List.of();
  }

  private static void note(UserLocation location, Map<String, Set<String>> places) {
    if (location.getComplete()) {
      Set<String> gateways = new HashSet<>();
      location.getDevicesList().stream().map(DeviceLocation::getGatewayId).forEach(gateways::add);
      places.put(location.getUserId(), gateways);
    }
  }

  private List<String> moved(Question question, LocateResponse response) {
    Set<Integer> movedSlots = new HashSet<>();
    response.getMovedList().stream()
        .map(refusal ->
            SlotMoved.of(
                new Refusal(SlotReason.SLOT_MOVED, refusal.getMessage(), refusal.getMetadataMap())))
        .flatMap(Optional::stream)
        .forEach(moved -> {
          slots.learn(moved);
          movedSlots.add(moved.slot());
        });
    return movedSlots.isEmpty()
        ? List.of()
        : question.users().stream().filter(user -> movedSlots.contains(Slots.of(user))).toList();
  }

  private boolean suspended(String address) {
    Long until = suspendedUntil.get(address);
    return until != null && until - System.nanoTime() > 0;
  }
}
