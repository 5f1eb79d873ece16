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
import java.util.regex.Pattern;
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

  /// What vtgate and its tablets put into their messages, and no server of MySQL does.
  private static final Pattern VITESS =
      Pattern.compile("^target: |vttablet|vtgate|\\bcode = [A-Z]|\\bVT\\d{5}\\b|multi-db");

  /// A transaction that vtgate or a tablet has ended: it took too long, or lost its connection.
  private static final Pattern ENDED =
      Pattern.compile("transaction \\S+: (ended|not found)|code = Aborted|VT15001|VT09032");

  /// A tablet that is away, changes its role, or has given its slots to other shards.
  private static final Pattern NOT_SERVING =
      Pattern.compile(
          "code = (Unavailable|DeadlineExceeded|Canceled|ClusterEvent)|VT1400\\d"
              + "|CLUSTER_EVENT|NOT_SERVING|not serving|no healthy tablet|denied tables"
              + "|wrong tablet type|[Rr]eparent|super-read-only|context (deadline|canceled)");

  private static final Pattern TOO_MUCH =
      Pattern.compile("[Rr]ow count exceeded|received message larger than max");

  private static final Set<Integer> BUSY_CODES = Set.of(1041, 1203);

  /// The possible reaction to a failure.
  public enum Fault {
    /// A row with this key is there already.
    DUPLICATE_KEY,
    /// Lost against another transaction, or took too long, and rolled back; the same transaction
    /// may be tried again.
    CONTENDED,
    /// The transaction met two shards of Vitess and was rolled back. It is to be divided; the
    /// transaction of one slot never meets two.
    SEVERAL_SHARDS,
    /// There was no room for it: pools or buffers are full. Nothing took place, unless it was a
    /// commit; it may be tried again.
    BUSY,
    /// The server is there, and one shard of Vitess does not serve at the moment or was slow;
    /// whether the statement or the commit took place is not known.
    SHARD_AWAY,
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

  /// All connections of a pool were in use for too long.
  static MySqlException busy(SQLException failure) {
    return new MySqlException(Fault.BUSY, failure);
  }

  /// What is thrown when the server is lost, for those who pretend that it was.
  public static MySqlException lost(String text) {
    return of(new SQLNonTransientConnectionException(text));
  }

  /// What the server said.
  String said() {
    return getCause() == null ? text() : String.valueOf(getCause().getMessage());
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
    String text = String.valueOf(failure.getMessage());
    if (VITESS.matcher(text).find()) {
      return ofVitess(code, text);
    }
    return AWAY_CODES.contains(code) || isConnection(failure) ? Fault.UNAVAILABLE : Fault.OTHER;
  }

  /// vtgate has few error numbers of its own, so its words decide. What is not known is taken for a
  /// shard that is away when its number says that the statement was interrupted, else for a bug.
  private static Fault ofVitess(int code, String text) {
    if (text.contains("multi-db transaction attempted")) {
      return Fault.SEVERAL_SHARDS;
    }
    if (TOO_MUCH.matcher(text).find()) {
      return Fault.OTHER;
    }
    if (BUSY_CODES.contains(code) || text.contains("code = ResourceExhausted")) {
      return Fault.BUSY;
    }
    if (ENDED.matcher(text).find()) {
      return Fault.CONTENDED;
    }
    return AWAY_CODES.contains(code) || NOT_SERVING.matcher(text).find()
        ? Fault.SHARD_AWAY
        : Fault.OTHER;
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
        || (state != null && state.startsWith("08"));
  }

  private static Reason reason(Fault fault) {
    return switch (fault) {
      case UNAVAILABLE, SHARD_AWAY, BUSY -> RuntimeReason.DATABASE_UNAVAILABLE;
      case CONTENDED, SEVERAL_SHARDS -> RuntimeReason.DATABASE_CONTENDED;
      case DUPLICATE_KEY, OTHER -> RuntimeReason.DATABASE_FAULT;
    };
  }
}
