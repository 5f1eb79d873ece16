package dev.carillon.runtime.mysql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The row that a query stands at; valid only while it is being mapped.
///
/// Columns are named as the query names them. Getters without `optional` in their name are for
/// columns that are never NULL and throw when one is.
public final class Row {
  private final ResultSet rows;

  Row(ResultSet rows) {
    this.rows = rows;
  }

  /// Makes a value of a row.
  ///
  /// @param <T> what is made
  @FunctionalInterface
  public interface Mapper<T> {
    /// Reads what it needs from `row` and keeps no reference to it.
    T map(Row row);
  }

  /// A text column.
  public String text(String column) {
    return notNull(column, read(column, ResultSet::getString));
  }

  /// A binary column.
  public byte[] bytes(String column) {
    return notNull(column, read(column, ResultSet::getBytes));
  }

  /// A whole number.
  public long number(String column) {
    return notNull(column, read(column, Row::getLong));
  }

  /// A whole number that may be NULL.
  public Optional<Long> optionalNumber(String column) {
    return Optional.ofNullable(read(column, Row::getLong));
  }

  private static @Nullable Long getLong(ResultSet rows, String column) throws SQLException {
    long value = rows.getLong(column);
    return rows.wasNull() ? null : value;
  }

  /// A whole number that fits an `int`.
  public int integer(String column) {
    return Math.toIntExact(number(column));
  }

  /// A number column used as a yes or no: 0 is no.
  public boolean bool(String column) {
    return number(column) != 0;
  }

  /// A DATETIME column, which holds UTC.
  public Instant instant(String column) {
    LocalDateTime time = read(column, (set, name) -> set.getObject(name, LocalDateTime.class));
    return notNull(column, time).toInstant(ZoneOffset.UTC);
  }

  @FunctionalInterface
  private interface Getter<T> {
    @Nullable T get(ResultSet rows, String column) throws SQLException;
  }

  private <T> @Nullable T read(String column, Getter<T> getter) {
    try {
      return getter.get(rows, column);
    } catch (SQLException e) {
      throw MySqlException.of(e);
    }
  }

  private static <T> T notNull(String column, @Nullable T value) {
    if (value == null) {
      throw new IllegalStateException(column + ": NULL (expected: a value)");
    }
    return value;
  }
}
