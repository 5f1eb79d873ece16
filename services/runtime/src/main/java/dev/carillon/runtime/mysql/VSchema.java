package dev.carillon.runtime.mysql;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// How the tables of a keyspace are divided among the shards of Vitess: each by the first column of
/// its primary key, with the vindex `xxhash`. It follows from the schema files alone.
///
/// @param columns the sharding column of each table
public record VSchema(SortedMap<String, String> columns) {
  /// The type of every vindex; [dev.carillon.runtime.slots.Slots] computes the same hash.
  private static final String VINDEX = "xxhash";

  private static final Pattern TABLE =
      Pattern.compile("(?is)CREATE TABLE (?:IF NOT EXISTS )?`?(\\w+)`?\\s*\\(.*");
  private static final Pattern PRIMARY_KEY =
      Pattern.compile("(?i)PRIMARY KEY\\s*\\(\\s*`?(\\w+)|(\\w+)`?\\s[^,(]*PRIMARY KEY");

  /// That of the tables in these files.
  public static VSchema of(Schema schema) {
    SortedMap<String, String> columns = new TreeMap<>();
    for (String statement : schema.statements()) {
      Matcher table = TABLE.matcher(statement);
      Matcher key = PRIMARY_KEY.matcher(statement);
      if (table.matches() && key.find()) {
        columns.put(table.group(1), key.group(1) == null ? key.group(2) : key.group(1));
      }
    }
    return new VSchema(columns);
  }

  /// As Vitess reads it, in JSON.
  public String json() {
    return columns.entrySet().stream()
        .map(each ->
            "    \"%s\": {\"column_vindexes\": [{\"column\": \"%s\", \"name\": \"%s\"}]}"
                .formatted(each.getKey(), each.getValue(), VINDEX))
        .collect(
            Collectors.joining(
                ",\n",
                """
                {
                  "sharded": true,
                  "vindexes": {"%1$s": {"type": "%1$s"}},
                  "tables": {
                """
                    .formatted(VINDEX),
                "\n  }\n}\n"));
  }

  /// Waits until vtgate divides the tables so, and every shard has them; as long as a start may
  /// wait. Until then the readiness reason `mysql:<database>` says what is amiss.
  ///
  /// @throws TimeoutException when that did not come
  public void awaitIn(MySqlDatabase database) throws InterruptedException, TimeoutException {
    database.awaitStart(() -> {
      for (MySqlShard shard : database.allShards()) {
        Optional<String> problem =
            shard.readOnce(this::problem).or(() -> shard.scan(this::missing));
        if (problem.isPresent()) {
          throw new IllegalStateException(problem.get());
        }
      }
      return true;
    });
  }

  /// What vtgate's VSchema has otherwise, in one sentence; empty when nothing is amiss.
  Optional<String> problem(MySqlSession session) {
    return first(table -> {
      String column = columns.getOrDefault(table, "");
      Optional<String> found =
          session
              .show(
                  "SHOW VSCHEMA VINDEXES FROM `" + table + "`",
                  row -> row.text("Columns") + " by " + row.text("Type"))
              .stream()
              .findFirst();
      return found.equals(Optional.of(column + " by " + VINDEX))
          ? ""
          : "table %s: divided by %s (expected: column_vindexes of %s, a vindex of type %s, first)"
              .formatted(table, found.orElse("no vindex"), column, VINDEX);
    });
  }

  /// Which table the shard of `session` does not have, in one sentence; empty when it has all.
  Optional<String> missing(MySqlSession session) {
    return first(table -> {
      session.show("SELECT 1 AS one FROM `" + table + "` LIMIT 0", row -> row.text("one"));
      return "";
    });
  }

  private Optional<String> first(Function<String, String> problem) {
    for (String table : columns.keySet()) {
      String found;
      try {
        found = problem.apply(table);
      } catch (MySqlException e) {
        if (e.fault() != MySqlException.Fault.OTHER) {
          throw e;
        }
        found = "table %s: %s".formatted(table, e.said());
      }
      if (!found.isEmpty()) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }
}
