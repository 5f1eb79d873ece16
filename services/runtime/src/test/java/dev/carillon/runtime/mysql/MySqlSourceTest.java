package dev.carillon.runtime.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.carillon.runtime.lifecycle.Retry;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MySqlSourceTest {
  private final SQLException away = new SQLNonTransientConnectionException("refused");
  private final SQLException denied = new SQLException("denied", "28000", 1045);

  private final Deque<SQLException> failures = new ArrayDeque<>();
  private final List<Duration> pauses = new ArrayList<>();
  private final List<String> calls = new ArrayList<>();
  private final MySqlSource source = new Source(pauses::add);
  private Runnable closing = () -> {};

  @Test
  void triesOftenHoweverLongTheServerIsAway() throws Exception {
    for (int i = 0; i < 200; i++) {
      failures.add(away);
    }

    assertThat(source.getConnection()).isNotNull();
    assertThat((Object) source.failure()).isNull();
    assertThat(pauses).hasSize(200).allMatch(pause -> pause.toMillis() <= 250);
  }

  @Test
  void doesNotWaitForWhatWillNotChangeByItself() {
    failures.add(denied);

    assertThatThrownBy(source::getConnection).isSameAs(denied);
    assertThat((Object) source.failure()).isSameAs(denied);
    assertThat(pauses).isEmpty();
  }

  @Test
  void endsItsTriesWhenItIsClosed() {
    for (int i = 0; i < 200; i++) {
      failures.add(away);
    }
    MySqlSource impatient = new Source(pause -> closeAfter(3, pause));
    closing = impatient::close;

    assertThatThrownBy(impatient::getConnection)
        .isInstanceOf(SQLException.class)
        .hasMessage("closed while the server was away");
    assertThat(pauses).hasSize(3);
  }

  @Test
  void abandonsConnectionsWithoutAskingTheServer() throws Exception {
    source.getConnection();

    source.abandon();

    assertThat(calls).containsExactly("abort");
  }

  private void closeAfter(int count, Duration pause) {
    pauses.add(pause);
    if (pauses.size() == count) {
      closing.run();
    }
  }

  /// Opens what the test says, at no server.
  private final class Source extends MySqlSource {
    Source(Retry.Pause pause) {
      super(MySqlConfigTest.local("jdbc:mysql://db:3306", "carillon", "carillon_sequence"), pause);
    }

    @Override
    Connection open() throws SQLException {
      return connect();
    }
  }

  private Connection connect() throws SQLException {
    SQLException failure = failures.poll();
    if (failure != null) {
      throw failure;
    }
    return (Connection)
        Proxy.newProxyInstance(
            Connection.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "hashCode" -> 1;
                  case "isClosed" -> false;
                  default -> {
                    calls.add(method.getName());
                    yield null;
                  }
                });
  }
}
