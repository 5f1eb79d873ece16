package dev.carillon.bench.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.bench.load.Calls;
import dev.carillon.bench.load.ClosedLoop;
import dev.carillon.bench.load.ClosedLoop.Window;
import dev.carillon.bench.load.DueCalls;
import dev.carillon.bench.load.Schedule;
import dev.carillon.message.MessageApp;
import dev.carillon.message.MessageConfig;
import dev.carillon.runtime.settings.Settings;
import dev.carillon.sequence.SequenceApp;
import dev.carillon.sequence.SequenceConfig;
import dev.carillon.testing.RealEtcd;
import dev.carillon.testing.RealMariaDb;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// What is requested of one service alone, against the real ones: whether all is answered and
/// proved, never how fast.
final class ServiceCallsIT {
  @RegisterExtension
  static final RealMariaDb mariaDb =
      RealMariaDb.perClass("carillon_conversation", "carillon_mailbox", "carillon_sequence");

  @RegisterExtension static final RealEtcd etcd = RealEtcd.perClass();

  private static final Duration SHORT = Duration.ofMillis(200);
  private static SequenceApp sequence;
  private static MessageApp message;

  @BeforeAll
  static void start() throws Exception {
    Map<String, String> environment =
        Map.of(
            "CARILLON_ETCD_ENDPOINTS",
            etcd.url(),
            "CARILLON_MYSQL_URL",
            "jdbc:mysql://127.0.0.1:" + mariaDb.port(),
            "CARILLON_MYSQL_USER",
            mariaDb.user(),
            "CARILLON_MYSQL_PASSWORD",
            mariaDb.password(),
            "CARILLON_MYSQL_TLS",
            "disabled");
    sequence = SequenceApp.start(SequenceConfig.read(Settings.of(environment)));
    message = MessageApp.start(MessageConfig.read(Settings.of(environment)));
  }

  @AfterAll
  static void stop() {
    message.close();
    sequence.close();
  }

  @Test
  void numbersAreRequestedAndJudged() throws Exception {
    try (Calls calls = NumberRequests.unary(sequence.address(), 3)) {
      all(due(calls, 20), 20);

      kept(busy(calls, Window.of(8)));
    }
  }

  @Test
  void blocksAreReserved() throws Exception {
    try (Calls numbers = NumberRequests.streams(sequence.address(), 1, 4, true);
        Calls filling = NumberRequests.filling(sequence.address(), 1_200)) {
      kept(busy(numbers, Window.of(4)));

      Calls.Result filled = ClosedLoop.all(filling, 1_200, Window.of(1_000), Map.of());
      assertThat(filled.done()).isEqualTo(1_200);
      kept(filled);
    }
  }

  @Test
  void messagesAreAppendedWhenTheyAreDue() throws Exception {
    try (Calls calls = appends(7, 1)) {
      all(due(calls, 50), 50);
    }
  }

  @Test
  void aStreamOfAppendsIsKeptFull() throws Exception {
    try (Calls calls = appends(1_000, 100)) {
      Calls.Result full = busy(calls, new Window(200, 2_000));

      assertThat(full.done()).isPositive();
      assertThat(full.isClean()).isTrue();
    }
  }

  @Test
  void rowsAreInserted() throws Exception {
    try (Calls one = new InsertCalls(database(), "text", 1)) {
      all(due(one, 20), 20);
    }
    try (Calls many = new InsertCalls(database(), "text", 100)) {
      Calls.Result full = busy(many, Window.of(1));

      kept(full);
      assertThat(full.done() % 100).isZero();
    }
  }

  @Test
  void oldPagesAreReadAndTheStatementsCounted() throws Exception {
    List<AppendRequests.Conversation> old = Pages.fill(database(), 2, "text");
    Map<String, Double> before = Counters.read(List.of(), database());

    try (Calls calls = Pages.anywhere(message.address(), old, 1)) {
      all(due(calls, 20), 20);
    }

    Map<String, Double> after = Counters.read(List.of(), database());
    assertThat(Counters.growth(before, after, "Com_select")).isGreaterThanOrEqualTo(20);
  }

  @Test
  void everyReaderOfANewPageGetsIt() throws Exception {
    try (Calls page = Pages.newest(message.address(), 30, "text")) {
      Calls.Result burst = ClosedLoop.all(page, 30, Window.of(30), Map.of());

      assertThat(burst.done()).isEqualTo(30);
      kept(burst);
    }
  }

  private static Calls appends(int conversations, int items) {
    return AppendRequests.stream(
        message.address(), AppendRequests.direct("store", conversations), "text", items);
  }

  private static Database database() {
    return new Database("127.0.0.1:" + mariaDb.port(), mariaDb.password());
  }

  private static Calls.Result due(Calls calls, int count) throws InterruptedException {
    Schedule schedule = Schedule.fixed(count * 5.0, SHORT);
    return DueCalls.run(calls, schedule, Duration.ZERO, Map.of());
  }

  private static Calls.Result busy(Calls calls, Window window) throws InterruptedException {
    return ClosedLoop.run(calls, window, Map.of(), Duration.ZERO, SHORT);
  }

  private static void all(Calls.Result result, int count) {
    kept(result);
    assertThat(result.times().count()).isEqualTo(count);
  }

  private static void kept(Calls.Result result) {
    assertThat(result.refused()).isZero();
    assertThat(result.isClean()).isTrue();
  }
}
