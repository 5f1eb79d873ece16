package dev.carillon.message.lint;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import net.sf.jsqlparser.JSQLParserException;
import net.sf.jsqlparser.expression.Expression;
import net.sf.jsqlparser.expression.JdbcParameter;
import net.sf.jsqlparser.expression.operators.conditional.AndExpression;
import net.sf.jsqlparser.expression.operators.relational.EqualsTo;
import net.sf.jsqlparser.expression.operators.relational.ExpressionList;
import net.sf.jsqlparser.expression.operators.relational.InExpression;
import net.sf.jsqlparser.expression.operators.relational.ParenthesedExpressionList;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;
import net.sf.jsqlparser.schema.Column;
import net.sf.jsqlparser.statement.Statement;
import net.sf.jsqlparser.statement.delete.Delete;
import net.sf.jsqlparser.statement.insert.Insert;
import net.sf.jsqlparser.statement.select.ParenthesedSelect;
import net.sf.jsqlparser.statement.select.PlainSelect;
import net.sf.jsqlparser.statement.select.Select;
import net.sf.jsqlparser.statement.select.SetOperationList;
import net.sf.jsqlparser.statement.select.Values;
import net.sf.jsqlparser.statement.update.Update;
import net.sf.jsqlparser.statement.update.UpdateSet;
import net.sf.jsqlparser.util.TablesNamesFinder;
import org.jspecify.annotations.Nullable;

/// Finds statements that would touch several shards: those that do not name their table's shard
/// key, that change it, or that bring together tables which lie apart.
final class StatementLint {
  private final Map<String, Keyspace> tables;

  /// Tables that are sharded together.
  ///
  /// @param name the keyspace's name
  /// @param keys the columns each of which determines the shard, the first one being part of every
  ///   row
  record Keyspace(String name, List<String> keys) {
    String shardKey() {
      return keys.getFirst();
    }
  }

  /// Knows these tables and no others.
  StatementLint(Map<String, Keyspace> tables) {
    this.tables = Map.copyOf(tables);
  }

  /// What is wrong with a statement; empty when nothing is.
  List<String> problems(String sql) {
    Statement statement;
    Set<String> named;
    try {
      statement = CCJSqlParserUtil.parse(sql);
      named = new TreeSet<>(TablesNamesFinder.findTables(sql));
    } catch (JSQLParserException e) {
      return List.of("cannot be parsed: " + e.getMessage());
    }
    List<String> problems = new ArrayList<>();
    Set<String> keyspaces = new TreeSet<>();
    for (String table : named) {
      Keyspace keyspace = tables.get(table);
      if (keyspace == null) {
        problems.add("unknown table " + table);
      } else {
        keyspaces.add(keyspace.name());
      }
    }
    if (keyspaces.size() > 1) {
      problems.add("tables of several keyspaces: " + keyspaces);
    }
    if (problems.isEmpty()) {
      check(statement, problems);
    }
    return problems;
  }

  private void check(Statement statement, List<String> problems) {
    switch (statement) {
      case Select select -> checkSelect(select, problems);
      case Insert insert -> checkInsert(insert, problems);
      case Update update -> {
        Keyspace keyspace = keyspace(update.getTable().getName());
        checkWhere(keyspace, update.getWhere(), problems);
        checkAssignments(keyspace, update.getUpdateSets(), problems);
        if (update.getFromItem() != null || update.getStartJoins() != null) {
          problems.add("an UPDATE of several tables");
        }
      }
      case Delete delete -> {
        checkWhere(keyspace(delete.getTable().getName()), delete.getWhere(), problems);
        if (delete.getJoins() != null) {
          problems.add("a DELETE from several tables");
        }
      }
      default -> problems.add("neither SELECT, INSERT, UPDATE nor DELETE");
    }
  }

  private void checkSelect(Select select, List<String> problems) {
    switch (select) {
      case SetOperationList list -> list.getSelects().forEach(part -> checkSelect(part, problems));
      case ParenthesedSelect inner -> checkSelect(inner.getSelect(), problems);
      case PlainSelect plain -> {
        if (plain.getJoins() != null
            || !(plain.getFromItem() instanceof net.sf.jsqlparser.schema.Table table)) {
          problems.add("a SELECT not from one table alone");
        } else {
          checkWhere(keyspace(table.getName()), plain.getWhere(), problems);
        }
      }
      default -> problems.add("a SELECT of a kind that is not known here");
    }
  }

  private void checkInsert(Insert insert, List<String> problems) {
    Keyspace keyspace = keyspace(insert.getTable().getName());
    ExpressionList<Column> columns = insert.getColumns();
    if (columns == null
        || columns.stream()
            .noneMatch(column -> column.getColumnName().equals(keyspace.shardKey()))) {
      problems.add("an INSERT without column " + keyspace.shardKey());
    }
    if (insert.getSelect() != null && !(insert.getSelect() instanceof Values)) {
      problems.add("an INSERT of what a SELECT finds");
    }
    if (insert.getDuplicateAction() != null) {
      checkAssignments(keyspace, insert.getDuplicateAction().getUpdateSets(), problems);
    }
  }

  private static void checkAssignments(
      Keyspace keyspace, @Nullable List<UpdateSet> sets, List<String> problems) {
    if (sets != null) {
      for (UpdateSet set : sets) {
        for (Column column : set.getColumns()) {
          if (keyspace.keys().contains(column.getColumnName())) {
            problems.add("changes " + column.getColumnName() + ", which would move the row");
          }
        }
      }
    }
  }

  private static void checkWhere(
      Keyspace keyspace, @Nullable Expression where, List<String> problems) {
    if (where == null || !determines(keyspace, where)) {
      problems.add("no shard key in WHERE (expected: one of " + keyspace.keys() + ")");
    }
  }

  /// Whether every row that the condition lets through has a shard key that it names.
  private static boolean determines(Keyspace keyspace, Expression condition) {
    return switch (condition) {
      case AndExpression both ->
          determines(keyspace, both.getLeftExpression())
              || determines(keyspace, both.getRightExpression());
      case EqualsTo equals ->
          isKey(keyspace, equals.getLeftExpression())
              && equals.getRightExpression() instanceof JdbcParameter;
      case InExpression in ->
          !in.isNot()
              && isKey(keyspace, in.getLeftExpression())
              && in.getRightExpression() instanceof ExpressionList<?> list
              && list.stream().allMatch(JdbcParameter.class::isInstance);
      case ParenthesedExpressionList<?> one ->
          one.size() == 1 && determines(keyspace, one.getFirst());
      default -> false;
    };
  }

  private static boolean isKey(Keyspace keyspace, Expression expression) {
    return expression instanceof Column column && keyspace.keys().contains(column.getColumnName());
  }

  private Keyspace keyspace(String table) {
    Keyspace keyspace = tables.get(table);
    if (keyspace == null) {
      throw new IllegalArgumentException(
          "table: " + table + " (expected: one of " + tables.keySet() + ")");
    }
    return keyspace;
  }
}
