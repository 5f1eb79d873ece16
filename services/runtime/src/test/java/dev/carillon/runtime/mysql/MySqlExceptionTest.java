package dev.carillon.runtime.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.runtime.errors.RuntimeReason;
import dev.carillon.runtime.mysql.MySqlException.Fault;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;

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
    assertThat(fault(new SQLException("vttablet: rpc error: code = Unavailable", "HY000", 1105)))
        .isEqualTo(Fault.UNAVAILABLE);
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
