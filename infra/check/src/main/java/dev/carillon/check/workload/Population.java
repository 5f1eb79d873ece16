package dev.carillon.check.workload;

import dev.carillon.check.fault.Clients;
import dev.carillon.check.history.Device;
import dev.carillon.client.ConversationId;
import dev.carillon.runtime.identity.ConversationIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The people of a run, their devices and their conversations: every user has one device with the
/// SDK and one without, every third a second one with the SDK; pairs and three groups.
final class Population implements Clients, AutoCloseable {
  private static final Duration SET_UP_LIMIT = Duration.ofSeconds(60);
  private static final int SMALL_GROUP = 3;

  private final Surroundings surroundings;
  private final Random random;
  private final Random frozen;
  private final List<String> users = new ArrayList<>();
  private final List<TestDevice> devices = new ArrayList<>();
  private final List<Conversation> conversations = new ArrayList<>();

  /// People who are on their way.
  ///
  /// @param prefix of the user ids, which nobody else has
  /// @param count how many, 3 or more
  Population(Surroundings surroundings, String prefix, int count, long seed) {
    if (count < SMALL_GROUP) {
      throw new IllegalArgumentException("users: " + count + " (expected: 3 or more)");
    }
    this.surroundings = surroundings;
    random = new Random(seed);
    frozen = new Random(random.nextLong());
    for (int i = 0; i < count; i++) {
      users.add(prefix + i);
    }
    for (int i = 0; i < count; i++) {
      String user = users.get(i);
      devices.add(SdkDevice.open(new Device(user, "phone"), surroundings, random.nextLong()));
      devices.add(WireDevice.open(new Device(user, "wire"), surroundings, random.nextLong()));
      if (i % 3 == 0) {
        devices.add(SdkDevice.open(new Device(user, "tablet"), surroundings, random.nextLong()));
      }
    }
    talk();
  }

  private void talk() {
    Set<Set<String>> pairs = new LinkedHashSet<>();
    for (int i = 0; i < users.size(); i++) {
      pairs.add(Set.of(users.get(i), users.get((i + 1) % users.size())));
      if (users.size() > SMALL_GROUP && i % 2 == 0) {
        pairs.add(Set.of(users.get(i), users.get((i + 2) % users.size())));
      }
    }
    pairs.forEach(pair -> conversations.add(pair(List.copyOf(pair))));
    for (int size : List.of(SMALL_GROUP, Math.max(SMALL_GROUP, users.size() / 2), users.size())) {
      List<String> members = new ArrayList<>(users);
      Collections.shuffle(members, random);
      String id = ConversationId.random().hex();
      conversations.add(new Conversation(id, false, Set.copyOf(members.subList(0, size))));
    }
  }

  private static Conversation pair(List<String> pair) {
    byte[] id = ConversationIds.direct(pair.getFirst(), pair.getLast());
    return new Conversation(HexFormat.of().formatHex(id), true, Set.copyOf(pair));
  }

  /// Creates the groups; returns when all exist.
  ///
  /// @throws IllegalStateException when the installation did not let it
  void settle() throws InterruptedException {
    for (Conversation group : conversations) {
      if (!group.direct()) {
        create(group);
      }
    }
  }

  private void create(Conversation group) throws InterruptedException {
    long deadline = System.nanoTime() + SET_UP_LIMIT.toNanos();
    SdkDevice creator =
        devices.stream()
            .filter(device -> group.members().contains(device.device().user()))
            .filter(SdkDevice.class::isInstance)
            .map(SdkDevice.class::cast)
            .findFirst()
            .orElseThrow();
    while (true) {
      try {
        creator.createGroup(group).get(SET_UP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        return;
      } catch (ExecutionException | TimeoutException failure) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "cannot create a group: " + failure.getMessage(), failure);
        }
      }
    }
  }

  List<String> users() {
    return List.copyOf(users);
  }

  List<TestDevice> devices() {
    return List.copyOf(devices);
  }

  List<Conversation> conversations() {
    return List.copyOf(conversations);
  }

  /// The conversations of a user.
  List<Conversation> conversationsOf(String user) {
    return conversations.stream()
        .filter(conversation -> conversation.members().contains(user))
        .toList();
  }

  /// The members by conversation.
  Map<String, Set<String>> members() {
    Map<String, Set<String>> members = new LinkedHashMap<>();
    conversations.forEach(conversation -> members.put(conversation.id(), conversation.members()));
    return members;
  }

  /// Adds new devices of every user, which have seen nothing yet: one with the SDK and one without.
  ///
  /// @return those with the SDK
  List<TestDevice> addFreshDevices() {
    List<TestDevice> fresh = new ArrayList<>();
    for (String user : users) {
      fresh.add(SdkDevice.open(new Device(user, "fresh"), surroundings, random.nextLong()));
      Device wire = new Device(user, "fresh-wire");
      devices.add(WireDevice.open(wire, surroundings, random.nextLong()));
    }
    devices.addAll(fresh);
    return fresh;
  }

  @Override
  public void freeze(int count, Duration howLong) {
    for (int i = 0; i < count; i++) {
      devices.get(frozen.nextInt(devices.size())).freeze(howLong);
    }
  }

  @Override
  public void close() {
    devices.forEach(TestDevice::close);
  }
}
