package dev.carillon.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.RegisterExtension;

class RegisteredEnginesIT {
  @RegisterExtension static final RealMariaDb kept = RealMariaDb.perClass("carillon_kept");
  @RegisterExtension static final RealMariaDb emptied = new RealMariaDb("carillon_emptied");

  @BeforeAll
  static void createTables() throws SQLException {
    run(kept, "carillon_kept", "CREATE TABLE IF NOT EXISTS t (id INT PRIMARY KEY)");
    run(kept, "carillon_kept", "INSERT INTO t VALUES (0)");
    run(emptied, "carillon_emptied", "CREATE TABLE IF NOT EXISTS t (id INT PRIMARY KEY)");
  }

  @RepeatedTest(2)
  void emptiesPerTestOrPerClassAsAsked() throws SQLException {
    assertThat(count(kept, "carillon_kept")).isOne();
    assertThat(count(emptied, "carillon_emptied")).isZero();
    run(emptied, "carillon_emptied", "INSERT INTO t VALUES (1)");
  }

  @RepeatedTest(2)
  void sharesOneServer() {
    assertThat(kept.pid()).isEqualTo(emptied.pid());
    assertThat(kept.url("carillon_kept")).startsWith("jdbc:mysql://127.0.0.1:" + kept.port() + "/");
  }

  private static void run(RealMariaDb mariaDb, String database, String sql) throws SQLException {
    try (Connection connection = mariaDb.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static int count(RealMariaDb mariaDb, String database) throws SQLException {
    try (Connection connection = mariaDb.connect(database);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM t")) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
