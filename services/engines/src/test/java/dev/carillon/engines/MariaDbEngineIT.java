package dev.carillon.engines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MariaDbEngineIT extends EngineContract<MariaDbEngine> {
  private static final MariaDbOptions OPTIONS =
      MariaDbOptions.of("app", "s3cret-#1", List.of("app_one", "app_two")).withMemory(16, 8);

  @Override
  MariaDbEngine start(Path data) {
    return MariaDbEngine.start(TestEngines.BINARIES, data, OPTIONS);
  }

  @Override
  void write(MariaDbEngine engine, String value) throws Exception {
    try (Connection connection = connect(engine, "app_one");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS t (id INT PRIMARY KEY, v VARCHAR(10))");
      statement.execute("INSERT INTO t VALUES (1, '" + value + "')");
    }
  }

  @Override
  Optional<String> read(MariaDbEngine engine) throws Exception {
    return ask(engine, "SELECT v FROM t WHERE id = 1");
  }

  @Test
  void createsTheDatabases() throws SQLException {
    try (MariaDbEngine engine = start(folder.resolve("a"))) {
      try (Connection connection = connect(engine, "app_two")) {
        assertThat(connection.getCatalog()).isEqualTo("app_two");
      }
    }
  }

  @Test
  void flushesEveryCommitUnlessToldOtherwise() throws SQLException {
    String flush = "SELECT @@innodb_flush_log_at_trx_commit";
    try (MariaDbEngine engine = start(folder.resolve("a"))) {
      assertThat(ask(engine, flush)).contains("1");
    }
    MariaDbOptions fast = OPTIONS.withDurability(Durability.FAST);
    try (MariaDbEngine engine =
        MariaDbEngine.start(TestEngines.BINARIES, folder.resolve("a"), fast)) {
      assertThat(ask(engine, flush)).contains("2");
    }
  }

  @Test
  void takesANewPasswordAtTheNextStart() throws SQLException {
    start(folder.resolve("a")).close();
    MariaDbOptions other = MariaDbOptions.of("app", "another", List.of("app_one"));
    try (MariaDbEngine engine =
        MariaDbEngine.start(TestEngines.BINARIES, folder.resolve("a"), other)) {
      assertThat(ask(engine, "SELECT 1")).contains("1");
      assertThatThrownBy(() -> connect(engine, "app", OPTIONS.password(), "app_one"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("Access denied");
    }
  }

  @Test
  void lessensTheAccountToItsOwnDatabases() throws SQLException {
    try (MariaDbEngine engine = start(folder.resolve("a"))) {
      assertThatThrownBy(() -> connect(engine, "mysql")).isInstanceOf(SQLException.class);
      assertThatThrownBy(() -> ask(engine, "CREATE DATABASE elsewhere"))
          .isInstanceOf(SQLException.class);
    }
  }

  @Test
  void letsNobodyInWithoutAPassword() {
    try (MariaDbEngine engine = start(folder.resolve("a"))) {
      for (String user : List.of("root", "app", "mariadb.sys", "")) {
        assertThatThrownBy(() -> connect(engine, user, "", ""))
            .as(user)
            .isInstanceOf(SQLException.class);
      }
    }
  }

  @Test
  void leavesThePasswordInNoFileInClearText() throws Exception {
    try (MariaDbEngine _ = start(folder.resolve("a"));
        var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1))
            .as(file.toString())
            .doesNotContain(OPTIONS.password());
      }
    }
  }

  @Test
  void beginsAnewAfterACrashInItsFirstFilling() throws Exception {
    Path unfinished = Files.createDirectories(folder.resolve("a/db.new/mysql"));
    Files.writeString(unfinished.resolve("rest"), "x");
    try (MariaDbEngine engine = start(folder.resolve("a"))) {
      assertThat(ask(engine, "SELECT 1")).contains("1");
    }
  }

  private static Optional<String> ask(MariaDbEngine engine, String sql) throws SQLException {
    try (Connection connection = connect(engine, "app_one");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
    }
  }

  private static Connection connect(MariaDbEngine engine, String database) throws SQLException {
    return connect(engine, engine.user(), engine.password(), database);
  }

  private static Connection connect(
      MariaDbEngine engine, String user, String password, String database) throws SQLException {
    return DriverManager.getConnection(engine.url(database), user, password);
  }
}
