package dev.carillon.runtime.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.mysql.MySqlException.Fault;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MySqlExceptionTest {
  @Test
  void namesTheKeyOfADuplicateWithoutItsTable() {
    MySqlException mysql =
        MySqlException.of(
            new SQLIntegrityConstraintViolationException(
                "Duplicate entry '1-a' for key 'message.client_id'", "23000", 1062));
    MySqlException mariaDb =
        MySqlException.of(
            new SQLIntegrityConstraintViolationException(
                "Duplicate entry '1-a' for key 'client_id'", "23000", 1062));

    assertThat(mysql.fault()).isEqualTo(Fault.DUPLICATE_KEY);
    assertThat(mariaDb.fault()).isEqualTo(Fault.DUPLICATE_KEY);
  }

  @Test
  void tellsWhatAnotherTryCanHelp() {
    assertThat(fault(new SQLException("Deadlock found", "40001", 1213))).isEqualTo(Fault.CONTENDED);
    assertThat(fault(new SQLException("Lock wait timeout", "HY000", 1205)))
        .isEqualTo(Fault.CONTENDED);
    assertThat(fault(new SQLException("Unknown column", "42S22", 1054))).isEqualTo(Fault.OTHER);
  }

  @Test
  void tellsAServerThatIsAway() {
    assertThat(fault(new SQLException("Communications link failure", "08S01", 0)))
        .isEqualTo(Fault.UNAVAILABLE);
    assertThat(fault(new SQLTransientConnectionException("no connection within 2 s")))
        .isEqualTo(Fault.UNAVAILABLE);
    assertThat(fault(new SQLException("read-only", "HY000", 1290))).isEqualTo(Fault.UNAVAILABLE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "SEVERAL_SHARDS|1317|multi-db transaction attempted: [target:{keyspace:\"k\"}]",
        "SHARD_AWAY|1105|target: k.-80.primary: vttablet: rpc error: code = Unavailable desc = x",
        "SHARD_AWAY|1105|target: k.80-.primary: no healthy tablet available for 'keyspace:k'",
        "SHARD_AWAY|1105|target: k.80-.primary: primary is not serving, there is a reparent",
        "SHARD_AWAY|1105|target: k.80-.primary: operation not allowed in state NOT_SERVING",
        "SHARD_AWAY|1105|target: k.80-.primary: vttablet: disallowed: enforce denied tables",
        "SHARD_AWAY|1290|target: k.80-.primary: vttablet: --super-read-only (errno 1290)",
        "SHARD_AWAY|2013|target: k.80-.primary: vttablet: (errno 2013) lost connection",
        "SHARD_AWAY|1317|target: k.80-.primary: vttablet: context deadline exceeded",
        "SHARD_AWAY|1317|target: k.80-.primary: vttablet: (errno 1317) code = DeadlineExceeded",
        "BUSY|1203|target: k.80-.primary: vttablet: transaction pool connection limit exceeded",
        "BUSY|1105|target: k.80-.primary: vttablet: rpc error: code = ResourceExhausted desc = x",
        "CONTENDED|1317|target: k.80-.primary: vttablet: transaction 17: ended at 1 (exceeded)",
        "CONTENDED|1105|target: k.80-.primary: vttablet: rpc error: code = Aborted desc = x",
        "CONTENDED|1205|target: k.80-.primary: vttablet: Lock wait timeout (errno 1205)",
        "DUPLICATE_KEY|1062|target: k.80-.primary: vttablet: Duplicate entry (errno 1062)",
        "OTHER|1105|VT05005: table 'x' does not exist in keyspace 'k'",
        "OTHER|1105|target: k.80-.primary: vttablet: Row count exceeded 10000",
        "OTHER|1146|target: k.80-.primary: vttablet: Table 'x' doesn't exist (errno 1146)"
      })
  void classesWhatVtgateSays(Fault expected, int code, String text) {
    assertThat(fault(new SQLException(text, "HY000", code))).isEqualTo(expected);
  }

  @Test
  void isARefusalThatCallersUnderstand() {
    MySqlException away = MySqlException.of(new SQLException("gone", "08S01", 0));

    assertThat(away.is(RuntimeReason.DATABASE_UNAVAILABLE)).isTrue();
    assertThat(away.retryable()).isTrue();
  }

  private static Fault fault(SQLException failure) {
    return MySqlException.of(failure).fault();
  }
}
