package dev.carillon.message.fanout;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import dev.carillon.presence.v1.DeviceLocation;
import dev.carillon.presence.v1.LocateRequest;
import dev.carillon.presence.v1.LocateResponse;
import dev.carillon.presence.v1.PresenceServiceGrpc;
import dev.carillon.presence.v1.UserLocation;
import dev.carillon.runtime.grpc.Refusals;
import dev.carillon.runtime.slots.InstanceChannels;
import dev.carillon.runtime.slots.OwnerLocation;
import dev.carillon.runtime.slots.SlotMoved;
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
import java.util.function.LongSupplier;
import java.util.stream.Gatherers;

/// Asks the presence instances, each for the users whose slots it owns, all at once.
///
/// Users whose slot has moved are asked for once more at the new owner. An instance that did not
/// answer is not asked for a second, so that one that hangs delays few deliveries: what is for its
/// users is broadcast.
public final class GrpcPresenceClient implements PresenceClient {
  private static final int MAX_USERS = 1_000;
  private static final int TRIES = 2;
  private static final long SUSPEND_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final SlotTable slots;
  private final InstanceChannels channels;
  private final Duration timeout;
  private final LongSupplier nanos;
  private final Histogram time;
  private final Counter failures;
  private final Map<String, Long> suspendedUntil = new ConcurrentHashMap<>();

  /// Asks by the slot table of service `presence`.
  ///
  /// @param timeout how long each of at most two requests after each other may take
  /// @param nanos a monotonic clock in nanoseconds
  public GrpcPresenceClient(
      SlotTable slots,
      InstanceChannels channels,
      Duration timeout,
      LongSupplier nanos,
      Metrics metrics) {
    this.slots = slots;
    this.channels = channels;
    this.timeout = timeout;
    this.nanos = nanos;
    this.time = metrics.timer("presence.locate", "Time to ask presence where users are");
    this.failures =
        metrics.counter("presence.failures", "Requests that a presence instance did not answer");
  }

  /// A request under way.
  private record Question(
      String address, List<String> users, ListenableFuture<LocateResponse> answer) {}

  @Override
  public Map<String, Set<String>> locate(Collection<String> userIds) {
    long begun = nanos.getAsLong();
    Map<String, Set<String>> places = new HashMap<>();
    Collection<String> open = userIds;
    for (int tries = 0; tries < TRIES && !open.isEmpty(); tries++) {
      open = ask(open).stream().flatMap(asked -> answer(asked, places).stream()).toList();
    }
    time.recordNanos(nanos.getAsLong() - begun);
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
    byAddress.forEach((address, users) ->
        users.stream()
            .gather(Gatherers.windowFixed(MAX_USERS))
            .forEach(part -> questions.add(ask(address, part))));
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

  /// Adds what the answer says; gives the users who are to be asked for elsewhere.
  private List<String> answer(Question question, Map<String, Set<String>> places) {
    try {
      LocateResponse response = question.answer().get();
      suspendedUntil.remove(question.address());
      response.getLocationsList().forEach(location -> add(location, places));
      return moved(question, response);
    } catch (ExecutionException e) {
      failures.increment();
      suspendedUntil.put(question.address(), nanos.getAsLong() + SUSPEND_NANOS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return List.of();
  }

  private static void add(UserLocation location, Map<String, Set<String>> places) {
    if (location.getComplete()) {
      Set<String> gateways = new HashSet<>();
      location.getDevicesList().stream().map(DeviceLocation::getGatewayId).forEach(gateways::add);
      places.put(location.getUserId(), gateways);
    }
  }

  private List<String> moved(Question question, LocateResponse response) {
    Set<Integer> movedSlots = new HashSet<>();
    response.getMovedList().stream()
        .map(Refusals::ofFrame)
        .map(SlotMoved::of)
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
    return until != null && until - nanos.getAsLong() > 0;
  }
}
