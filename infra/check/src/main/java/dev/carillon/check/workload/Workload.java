package dev.carillon.check.workload;

import dev.carillon.check.fault.Chance;
import dev.carillon.check.history.Conversation;
import dev.carillon.check.history.Event.HistoryRead;
import dev.carillon.check.history.History;
import dev.carillon.check.history.Memberships.Member;
import dev.carillon.check.history.Recorder;
import dev.carillon.client.HistoryRange;
import dev.carillon.local.supervisor.Wait;
import dev.carillon.wire.Loop;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;

/// One load on one installation, from the first sign-in to the reading of everything at the end.
/// For use by one thread, the clients' freezing aside.
public final class Workload implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(12);
  private static final Duration SETTLE = Duration.ofSeconds(2);
  private static final Duration READ_LIMIT = Duration.ofMinutes(1);
  private static final long POLL_NANOS = 50_000_000;
  private static final long CATCH_UP_NANOS = 2_000_000_000;
  private static final double READ_MEAN_NANOS = 3e8;
  private static final double LEAVE_MEAN_NANOS = 1.5e9;
  private static final double AWAY_MEAN_NANOS = 2.5e9;
  private static final Pattern UNREADABLE = Pattern.compile("CONVERSATION_UNKNOWN|NOT_A_MEMBER");

  private final Recorder recorder;
  private final Options options;
  private final Loop loop = Loop.start();
  private final Population population;
  private final Talk talk;
  private final MembershipChurn membershipChurn;
  private final Chance chance;

  /// What is asked of a load.
  ///
  /// @param endpoints where devices reach the gateways
  /// @param tokens gives a new token for a user, another one every time
  /// @param prefix of the user ids, which no other run uses
  /// @param users how many, 3 or more
  /// @param rate messages a second
  /// @param changeEvery how long it takes on average until a user joins or leaves a group
  /// @param seed from which all its choices follow
  public record Options(
      Endpoints endpoints,
      Function<String, String> tokens,
      String prefix,
      int users,
      double rate,
      Duration changeEvery,
      long seed) {
    /// Checks the rate.
    public Options {
      if (rate <= 0) {
        throw new IllegalArgumentException("rate: " + rate + " (expected: above 0)");
      }
    }
  }

  /// Devices that begin to connect.
  public Workload(Options options, Recorder recorder) {
    this.options = options;
    this.recorder = recorder;
    chance = new Chance(options.seed());
    DeviceContext context =
        new DeviceContext(recorder, loop, options.endpoints(), options.tokens(), PATIENCE);
    population = new Population(context, options.prefix(), options.users(), chance.seed());
    talk = new Talk(population, recorder, new Chance(chance.seed()));
    membershipChurn = new MembershipChurn(population, recorder, new Chance(chance.seed()));
  }

  /// Makes some devices read nothing from their connections for a while; returns at once. Called by
  /// one thread at a time.
  public void freeze(int count, Duration howLong) {
    population.freeze(count, howLong);
  }

  /// Makes what the load needs to exist.
  ///
  /// @throws IllegalStateException when the installation did not let it
  public void prepare() throws InterruptedException {
    population.settle();
  }

  /// Lets all that users do happen for some time, whatever the answers: each message has its moment
  /// beforehand.
  public void talk(Duration duration) {
    long end = recorder.now() + duration.toNanos();
    List<Habit> habits =
        List.of(
            new Habit(1e9 / options.rate(), talk::say),
            new Habit(READ_MEAN_NANOS, due -> read()),
            new Habit(LEAVE_MEAN_NANOS, due -> leave()),
            new Habit(options.changeEvery().toNanos(), due -> membershipChurn.change()));
    for (Habit next = Collections.min(habits); next.due < end; next = Collections.min(habits)) {
      awaitTime(next.due);
      next.happen();
    }
    awaitTime(end);
  }

  /// Something that users do again and again, at random times.
  private final class Habit implements Comparable<Habit> {
    private final double meanNanos;
    private final LongConsumer action;
    private long due = recorder.now();

    Habit(double meanNanos, LongConsumer action) {
      this.meanNanos = meanNanos;
      this.action = action;
      due += chance.nanos(meanNanos);
    }

    void happen() {
      action.accept(due);
      due += chance.nanos(meanNanos);
    }

    @Override
    public int compareTo(Habit other) {
      return Long.compare(due, other.due);
    }
  }

  private void awaitTime(long at) {
    for (long left = at - recorder.now(); left > 0; left = at - recorder.now()) {
      Wait.nanos(left);
    }
  }

  private void read() {
    TestDevice device = chance.oneOf(population.devices());
    // Conversations without the user are read too: the checker judges what a non-member gets.
    Conversation conversation = chance.oneOf(population.knownTo(device.device.user()));
    long newest = device.readSeq(conversation.id());
    long after = Math.max(0, newest - chance.between(0, HistoryRange.MAX_LIMIT));
    int limit = chance.between(1, HistoryRange.MAX_LIMIT);
    CompletableFuture.runAsync(
        () -> device.read(conversation, after, limit, false), Thread::startVirtualThread);
  }

  private void leave() {
    TestDevice device = chance.oneOf(population.devices());
    if (device.inUse()) {
      device.goAway();
      CompletableFuture.delayedExecutor(chance.nanos(AWAY_MEAN_NANOS), TimeUnit.NANOSECONDS)
          .execute(device::comeBack);
    }
  }

  /// Lets everything come to rest and reads everything: all devices come back, all sends end, a new
  /// device of every user reads all history, and all devices get what they lack or run out of time.
  ///
  /// @param limit for the devices to become complete
  public History rest(Duration limit) {
    population.devices().forEach(TestDevice::comeBack);
    awaitUnsettled();
    talk.end();
    awaitUnsettled();
    if (recorder.hasUnknown()) {
      // One of those may still be on its way into the database.
      Wait.pause(SETTLE);
    }
    Map<Member, Long> heads = readEverything(population.addFreshDevices());
    awaitComplete(heads, limit);
    return recorder.history(
        population.conversations(),
        population.devices().stream().map(device -> device.device).toList());
  }

  /// How many messages were due and not sent, because their device had too many unanswered.
  public long held() {
    return talk.held();
  }

  private void awaitUnsettled() {
    long deadline = recorder.now() + PATIENCE.plus(SETTLE).toNanos();
    while (talk.unsettled() + membershipChurn.unsettled() > 0 && recorder.now() < deadline) {
      Wait.nanos(POLL_NANOS);
    }
  }

  /// Reads the whole history of every conversation as each user who may read it.
  ///
  /// @return the newest message that a user may read
  private Map<Member, Long> readEverything(List<TestDevice> readers) {
    Map<Member, Long> heads = new HashMap<>();
    long deadline = recorder.now() + READ_LIMIT.toNanos();
    for (TestDevice reader : readers) {
      String user = reader.device.user();
      for (Conversation conversation : population.knownTo(user)) {
        heads.put(new Member(conversation.id(), user), readAll(reader, conversation, deadline));
      }
    }
    return heads;
  }

  private long readAll(TestDevice reader, Conversation conversation, long deadline) {
    long after = 0;
    boolean more = true;
    while (more && recorder.now() < deadline) {
      try {
        HistoryRead read = reader.read(conversation, after, HistoryRange.MAX_LIMIT, true);
        after = read.facts().isEmpty() ? after : Math.max(after, read.facts().getLast().seq());
        more = read.cut() && !read.facts().isEmpty();
      } catch (CompletionException failure) {
        if (UNREADABLE.matcher(String.valueOf(failure.getMessage())).find()) {
          // Nobody ever said a word in it, or the reader never was a member.
          return after;
        }
        Wait.nanos(POLL_NANOS);
      }
    }
    return after;
  }

  private void awaitComplete(Map<Member, Long> heads, Duration limit) {
    long deadline = recorder.now() + limit.toNanos();
    long catchUpAt = 0;
    while (!complete(heads) && recorder.now() < deadline) {
      if (recorder.now() >= catchUpAt) {
        catchUpAt = recorder.now() + CATCH_UP_NANOS;
        population.devices().stream()
            .filter(device -> !complete(device, heads))
            .forEach(TestDevice::catchUp);
      }
      Wait.nanos(POLL_NANOS);
    }
  }

  private boolean complete(Map<Member, Long> heads) {
    return population.devices().stream().allMatch(device -> complete(device, heads));
  }

  private boolean complete(TestDevice device, Map<Member, Long> heads) {
    String user = device.device.user();
    return population.knownTo(user).stream()
        .map(Conversation::id)
        .allMatch(id -> device.readSeq(id) >= heads.getOrDefault(new Member(id, user), 0L));
  }

  /// Ends all devices.
  @Override
  public void close() {
    talk.end();
    population.close();
    loop.close();
  }
}
