package dev.carillon.runtime.mysql;

import com.mysql.cj.jdbc.JdbcConnection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Gatherers;
import org.jspecify.annotations.Nullable;

/// One connection for the length of a transaction or a read; all failures are [MySqlException]s.
///
/// Parameters may be null, text, `byte[]`, whole numbers, booleans, enums (by name) and instants
/// (UTC, cut to the millisecond). A collection fills one `?` as a list, so that `IN (?)` takes any
/// number of values, but not none. Belongs to one thread and ends with the block it was handed to.
public final class MySqlSession {
  /// How many rows one INSERT takes: any number up to the first of these, or the second. So one
  /// statement does for most batches, and for each INSERT of ours a connection keeps 592 rows of
  /// placeholders, not 20,000; one placeholder takes about 1 KiB of the server.
  private static final int ANY_ROWS = 32;

  private static final int MANY_ROWS = 64;

  private static final String SELECT = "SELECT ";

  /// How many queries one statement takes.
  private static final int QUERIES_TOGETHER = 16;

  private final Connection connection;

  MySqlSession(Connection connection) {
    this.connection = connection;
  }

  /// All rows of a query, in the order the database gives them; empty if there are none.
  public <T> List<T> query(String sql, Row.Mapper<T> mapper, @Nullable Object... parameters) {
    try (PreparedStatement statement = prepare(sql, parameters);
        ResultSet rows = statement.executeQuery()) {
      return mapped(rows, mapper);
    } catch (SQLException e) {
      throw MySqlException.of(e);
    }
  }

  /// The rows of a statement that cannot be prepared, such as a SHOW.
  <T> List<T> show(String sql, Row.Mapper<T> mapper) {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return mapped(rows, mapper);
    } catch (SQLException e) {
      throw MySqlException.of(e);
    }
  }

  private static <T> List<T> mapped(ResultSet rows, Row.Mapper<T> mapper) throws SQLException {
    Row row = new Row(rows);
    List<T> found = new ArrayList<>();
    while (rows.next()) {
      found.add(mapper.map(row));
    }
    return found;
  }

  /// The only row of a query, if there is one; throws when there are several.
  public <T> Optional<T> queryOne(
      String sql, Row.Mapper<T> mapper, @Nullable Object... parameters) {
    List<T> found = query(sql, mapper, parameters);
    if (found.size() > 1) {
      throw new IllegalStateException("rows: " + found.size() + " (expected: 0 or 1) for " + sql);
    }
    return found.stream().findFirst();
  }

  /// The rows that a query finds for each set of parameters, in the order of the sets; those of one
  /// set in any order, also when the query has one for its limit. The sets share statements.
  ///
  /// @param sql begins with `SELECT` and reads no column named `asked`
  public <T> List<List<T>> queryEach(
      String sql, Row.Mapper<T> mapper, List<@Nullable Object[]> parameterSets) {
    if (!sql.startsWith(SELECT)) {
      throw new IllegalArgumentException("sql: " + sql + " (expected: " + SELECT + "…)");
    }
    List<List<T>> found = new ArrayList<>(parameterSets.size());
    String each = "(" + SELECT + "? AS asked, " + sql.substring(SELECT.length()) + ")";
    parameterSets.stream()
        .gather(Gatherers.windowFixed(QUERIES_TOGETHER))
        .forEach(sets -> {
          int before = found.size();
          List<@Nullable Object> parameters = new ArrayList<>();
          for (@Nullable Object[] set : sets) {
            parameters.add(found.size());
            parameters.addAll(Arrays.asList(set));
            found.add(new ArrayList<>());
          }
          String all = String.join(" UNION ALL ", Collections.nCopies(found.size() - before, each));
          query(
              all,
              row -> found.get(row.integer("asked")).add(mapper.map(row)),
              parameters.toArray());
        });
    return found;
  }

  /// Runs an INSERT, UPDATE or DELETE. Returns the rows it *found*, changed or not; for `ON
  /// DUPLICATE KEY UPDATE`, MySQL's own arithmetic: 1 inserted, 2 updated, per row.
  public int update(String sql, @Nullable Object... parameters) {
    try (PreparedStatement statement = prepare(sql, parameters)) {
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw MySqlException.of(e);
    }
  }

  /// Inserts all `rows`, in order, with as many rows to a statement as possible: `head` ends with
  /// `VALUES`, `tail` is empty or an `ON DUPLICATE KEY UPDATE`. All rows have equally many values.
  /// Does nothing without rows. The caller bounds the number of rows, one to two hundred is best,
  /// and wants a transaction around them. Returns what the server counts, over all statements: 1
  /// for a new row and at most 1 for one that was there and stays as it is, 2 for one that was
  /// changed.
  ///
  /// A statement's text depends on its number of rows, and to parse a new one costs driver and
  /// server more than to run it. So there are few sizes, and each is prepared once per connection.
  public int insert(String head, String tail, List<@Nullable Object[]> rows) {
    int changed = 0;
    int from = 0;
    while (from < rows.size()) {
      int left = rows.size() - from;
      int size = left < MANY_ROWS ? Math.min(left, ANY_ROWS) : MANY_ROWS;
      changed += insertAll(head, tail, rows.subList(from, from + size));
      from += size;
    }
    return changed;
  }

  private int insertAll(String head, String tail, List<@Nullable Object[]> rows) {
    String tuple = "(" + placeholders(rows.getFirst().length) + ")";
    String sql =
        head + " " + String.join(", ", Collections.nCopies(rows.size(), tuple)) + " " + tail;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      int index = 0;
      for (@Nullable Object[] row : rows) {
        for (@Nullable Object value : row) {
          index++;
          bind(statement, index, value);
        }
      }
      return statement.executeUpdate();
    } catch (SQLException e) {
      throw MySqlException.of(e);
    }
  }

  /// Runs a statement as it is, for those that cannot be prepared.
  public void execute(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw MySqlException.of(e);
    }
  }

  /// Has the statements that follow go to this database or shard.
  void use(String database) {
    try {
      connection.setCatalog(database);
    } catch (SQLException e) {
      throw MySqlException.of(e);
    }
  }

  /// Lifts the time limit of statements, until the connection goes back to its pool.
  void takeAnyTime() {
    try {
      connection.setNetworkTimeout(Runnable::run, 0);
    } catch (SQLException e) {
      throw MySqlException.of(e);
    }
  }

  /// Gives collections as many placeholders as they have values. No `?` may stand in a literal.
  private PreparedStatement prepare(String sql, @Nullable Object... parameters)
      throws SQLException {
    List<@Nullable Object> values = new ArrayList<>(parameters.length);
    StringBuilder expanded = new StringBuilder(sql.length() + 64);
    int from = 0;
    for (@Nullable Object parameter : parameters) {
      int at = sql.indexOf('?', from);
      if (at < 0) {
        throw new IllegalArgumentException("parameters: more than placeholders in " + sql);
      }
      Collection<? extends @Nullable Object> all =
          parameter instanceof Collection<?> list ? list : Collections.singleton(parameter);
      if (all.isEmpty()) {
        throw new IllegalArgumentException("list: empty (expected: 1 value or more) in " + sql);
      }
      expanded.append(sql, from, at).append(placeholders(all.size()));
      values.addAll(all);
      from = at + 1;
    }
    String text = expanded.append(sql, from, sql.length()).toString();
    PreparedStatement statement =
        text.equals(sql)
            ? connection.prepareStatement(sql)
            : connection.unwrap(JdbcConnection.class).clientPrepareStatement(text);
    return bound(statement, values);
  }

  private static PreparedStatement bound(PreparedStatement statement, List<@Nullable Object> values)
      throws SQLException {
    try {
      for (int i = 0; i < values.size(); i++) {
        bind(statement, i + 1, values.get(i));
      }
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }

  private static String placeholders(int count) {
    return String.join(", ", Collections.nCopies(count, "?"));
  }

  private static void bind(PreparedStatement statement, int index, @Nullable Object value)
      throws SQLException {
    switch (value) {
      case null -> statement.setObject(index, null);
      case String text -> statement.setString(index, text);
      case byte[] bytes -> statement.setBytes(index, bytes);
      case Long number -> statement.setLong(index, number);
      case Integer number -> statement.setInt(index, number);
      case Boolean bool -> statement.setBoolean(index, bool);
      case Instant instant ->
          statement.setObject(
              index,
              LocalDateTime.ofInstant(instant.truncatedTo(ChronoUnit.MILLIS), ZoneOffset.UTC));
      case Enum<?> constant -> statement.setString(index, constant.name());
      default ->
          throw new IllegalArgumentException(
              "parameter "
                  + index
                  + ": a "
                  + value.getClass().getName()
                  + " (expected: text, bytes, a number, a boolean, an enum or an instant)");
    }
  }
}
