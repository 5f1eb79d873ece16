package dev.carillon.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("mysql")
class MySqlEngineIT extends EngineContract<MySqlEngine> {
  private static final MariaDbOptions OPTIONS =
      MariaDbOptions.of("app", "s3cret-#1", List.of("app_one", "app_two")).withMemory(16, 8);

  @Override
  MySqlEngine start(Path data) {
    return start(data, OPTIONS);
  }

  private static MySqlEngine start(Path data, MariaDbOptions options) {
    Path base = Path.of(Objects.requireNonNull(System.getProperty("carillon.mysql.dir")));
    return MySqlEngine.start(base, data, options);
  }

  @Override
  void write(MySqlEngine engine, String value) throws Exception {
    try (Connection connection = connect(engine, engine.user(), engine.password());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS t (id INT PRIMARY KEY, v VARCHAR(10))");
      statement.execute("INSERT INTO t VALUES (1, '" + value + "')");
    }
  }

  @Override
  Optional<String> read(MySqlEngine engine) throws Exception {
    return ask(engine, "SELECT v FROM t WHERE id = 1");
  }

  @Test
  void isMySql9() throws SQLException {
    try (MySqlEngine engine = start(folder.resolve("a"))) {
      assertThat(ask(engine, "SELECT VERSION()").orElseThrow()).startsWith("9.");
    }
  }

  @Test
  void takesANewPasswordAtTheNextStart() throws SQLException {
    start(folder.resolve("a")).close();
    MariaDbOptions other = MariaDbOptions.of("app", "another", List.of("app_one"));
    try (MySqlEngine engine = start(folder.resolve("a"), other)) {
      assertThat(ask(engine, "SELECT 1")).contains("1");
      assertThatThrownBy(() -> connect(engine, "app", OPTIONS.password()))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("Access denied");
    }
  }

  @Test
  void letsNobodyInWithoutAPassword() {
    try (MySqlEngine engine = start(folder.resolve("a"))) {
      for (String user : List.of("root", "app", "mysql.sys", "")) {
        assertThatThrownBy(() -> connect(engine, user, ""))
            .as(user)
            .isInstanceOf(SQLException.class);
      }
    }
  }

  private static Optional<String> ask(MySqlEngine engine, String sql) throws SQLException {
    try (Connection connection = connect(engine, engine.user(), engine.password());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
    }
  }

  private static Connection connect(MySqlEngine engine, String user, String password)
      throws SQLException {
    return DriverManager.getConnection(engine.url("app_one"), user, password);
  }
}
