package dev.carillon.bench.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.bench.load.Calls;
import dev.carillon.bench.load.Paced;
import dev.carillon.bench.load.PacedCalls;
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

/// What is asked of one service alone, against the real ones: whether all is answered and proved,
/// never how fast.
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
  void numbersAreAskedForAndJudged() throws Exception {
    try (NumberCalls calls = new NumberCalls(sequence.address(), 3)) {
      all(paced(calls, 20), 20);

      Saturation full = ClosedLoop.run(calls, 8, Map.of(), Duration.ZERO, SHORT);
      assertThat(full.violations()).isZero();
      assertThat(full.refused()).isZero();
    }
  }

  @Test
  void blocksAreReserved() throws Exception {
    Saturation numbers =
        Reservations.run(
            sequence.address(),
            Map.of(),
            new Reservations.Shape(1, 4),
            Reservations.Unit.NUMBERS,
            Duration.ZERO,
            SHORT);

    assertThat(numbers.violations()).isZero();
    assertThat(ResidentKeys.fill(sequence.address(), 1_200)).isZero();
  }

  @Test
  void messagesAreAppendedWhenTheyAreDue() throws Exception {
    try (AppendCalls calls = new AppendCalls(message.address(), 7, "text")) {
      all(paced(calls, 50), 50);
    }
  }

  @Test
  void aStreamOfAppendsIsKeptFull() {
    Saturation full = Appends.run(message.address(), Map.of(), "text", Duration.ZERO, SHORT);

    assertThat(full.violations()).isZero();
  }

  @Test
  void oldPagesAreReadAndTheStatementsCounted() throws Exception {
    String address = "127.0.0.1:" + mariaDb.port();
    try (HistoryTable table = HistoryTable.open(address, mariaDb.password());
        ServerStatus status = ServerStatus.open(address, mariaDb.password())) {
      List<HistoryTable.OldConversation> old = table.fill(2, "text");
      long before = status.count("Com_select");

      try (PageCalls calls = new PageCalls(message.address(), old, 1)) {
        all(paced(calls, 20), 20);
      }

      assertThat(status.count("Com_select") - before).isGreaterThanOrEqualTo(20);
    }
  }

  @Test
  void everyReaderOfAHotPageGetsIt() throws Exception {
    try (HotPage page = new HotPage(message.address(), 30, "text")) {
      Burst burst = Burst.of(page, 30);

      assertThat(burst.done()).isEqualTo(30);
      assertThat(burst.broken() + burst.refused()).isZero();
    }
  }

  private static Paced paced(Calls calls, int count) throws InterruptedException {
    Schedule schedule = Schedule.fixed(count * 5.0, SHORT);
    return PacedCalls.run(calls, schedule, Duration.ZERO, Map.of());
  }

  private static void all(Paced paced, int count) {
    assertThat(paced.isClean()).isTrue();
    assertThat(paced.refused()).isZero();
    assertThat(paced.times().count()).isEqualTo(count);
  }
}
