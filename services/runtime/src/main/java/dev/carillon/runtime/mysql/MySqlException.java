package dev.carillon.runtime.mysql;

import dev.carillon.runtime.errors.Reason;
import dev.carillon.runtime.errors.Refusal;
import dev.carillon.runtime.errors.RuntimeReason;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A failure of the database, classified by the possible reaction of its caller.
///
/// It is a refusal, so a store that cannot do better lets it through: callers of the service get
/// `DATABASE_UNAVAILABLE`, or INTERNAL for an unexpected failure.
public final class MySqlException extends Refusal {
  private static final long serialVersionUID = 1L;

  private static final Set<Integer> CONTENDED_CODES = Set.of(1205, 1213, 3572);
  private static final Set<Integer> DUPLICATE_CODES = Set.of(1062, 1586);

  /// Too many connections, shutdown, killed, read-only after a fail-over, gone away, lost.
  private static final Set<Integer> AWAY_CODES =
      Set.of(
          1040, 1042, 1043, 1053, 1077, 1152, 1158, 1159, 1160, 1161, 1203, 1290, 1317, 1792, 1836,
          1927, 2002, 2003, 2006, 2013, 4031);

  /// The possible reaction to a failure.
  public enum Fault {
    /// A row with this key is there already.
    DUPLICATE_KEY,
    /// Lost against another transaction, and rolled back; the same transaction may be tried again.
    CONTENDED,
    /// The server is away or was lost; whether the statement or the commit took place is not known.
    UNAVAILABLE,
    /// A bug of ours or a damaged database.
    OTHER
  }

  private final Fault fault;

  private MySqlException(Fault fault, SQLException cause) {
    super(reason(fault), "MySQL error " + cause.getErrorCode() + "/" + cause.getSQLState(), cause);
    this.fault = fault;
  }

  static MySqlException of(SQLException failure) {
    return new MySqlException(classify(failure), failure);
  }

  /// What is thrown when the server is lost, for those who pretend that it was.
  public static MySqlException lost(String text) {
    return of(new SQLNonTransientConnectionException(text));
  }

  /// What can be done about it.
  public Fault fault() {
    return fault;
  }

  private static Fault classify(SQLException failure) {
    int code = failure.getErrorCode();
    if (DUPLICATE_CODES.contains(code)) {
      return Fault.DUPLICATE_KEY;
    }
    if (CONTENDED_CODES.contains(code)) {
      return Fault.CONTENDED;
    }
    return AWAY_CODES.contains(code) || isConnection(failure) ? Fault.UNAVAILABLE : Fault.OTHER;
  }

  private static boolean isConnection(SQLException failure) {
    @Nullable String state = failure.getSQLState();
    if (failure instanceof SQLIntegrityConstraintViolationException) {
      return false;
    }
    return failure instanceof SQLTransientConnectionException
        || failure instanceof SQLNonTransientConnectionException
        || failure instanceof SQLRecoverableException
        || failure instanceof SQLTimeoutException
        || (state != null && state.startsWith("08"))
        // What vtgate says while a tablet is away or a shard changes its primary.
        || String.valueOf(failure.getMessage()).contains("code = Unavailable");
  }

  private static Reason reason(Fault fault) {
    return switch (fault) {
      case UNAVAILABLE -> RuntimeReason.DATABASE_UNAVAILABLE;
      case CONTENDED -> RuntimeReason.DATABASE_CONTENDED;
      case DUPLICATE_KEY, OTHER -> RuntimeReason.DATABASE_FAULT;
    };
  }
}
