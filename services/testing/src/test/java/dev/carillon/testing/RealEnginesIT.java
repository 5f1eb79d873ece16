package dev.carillon.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/// Each test leaves behind what the next one must not find.
@ExtendWith(RealEngines.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RealEnginesIT {
  private static final String DATABASE = "carillon_testing";

  @BeforeEach
  void fillBeforeTheTestAsks(RealRedis redis) throws IOException {
    assertThat(ask(redis, "SET filled yes")).isEqualTo("+OK");
  }

  @Test
  @Order(1)
  void leavesWhatTheSameTestHasWritten(RealRedis redis) throws IOException {
    assertThat(ask(redis, "STRLEN filled")).isEqualTo(":3");
    assertThat(ask(redis, "SET left yes")).isEqualTo("+OK");
  }

  @Test
  @Order(2)
  void emptiesRedisBeforeTheNextTest(RealRedis redis) throws IOException {
    assertThat(ask(redis, "STRLEN left")).isEqualTo(":0");
    redis.pause();
  }

  @Test
  @Order(3)
  void resumesAnEngineLeftPaused(RealRedis redis) throws IOException {
    assertThat(ask(redis, "PING")).isEqualTo("+PONG");
    redis.kill();
  }

  @Test
  @Order(4)
  void restartsAnEngineLeftKilledOnItsPort(RealRedis redis, RealEtcd etcd) throws IOException {
    assertThat(ask(redis, "PING")).isEqualTo("+PONG");
    assertThat(etcd.url()).isEqualTo("http://127.0.0.1:" + etcd.port());
    etcd.kill();
  }

  @Test
  @Order(5)
  void preparesAlsoWhatOnlyAnEarlierTestAskedFor() {
    RealEtcd etcd = new RealEtcd();
    assertThat(ProcessHandle.of(etcd.pid()).map(ProcessHandle::isAlive)).contains(true);
  }

  @Test
  @Order(6)
  void createsADatabaseThatIsAskedFor(RealMariaDb mariaDb) throws SQLException {
    try (Connection connection = mariaDb.connect(DATABASE);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE few (id INT PRIMARY KEY)");
      statement.execute("INSERT INTO few VALUES (1), (2)");
      statement.execute("CREATE TABLE many (id INT PRIMARY KEY)");
      statement.execute("INSERT INTO many SELECT seq FROM seq_1_to_5000");
      statement.execute("ANALYZE TABLE many");
      statement.execute("CREATE TABLE schema_version (id INT PRIMARY KEY)");
      statement.execute("INSERT INTO schema_version VALUES (1)");
      statement.execute("CREATE VIEW seen AS SELECT id FROM few");
    }
  }

  @Test
  @Order(7)
  void emptiesTablesButKeepsTheRecordOfTheSchema(RealMariaDb mariaDb) throws SQLException {
    assertThat(count(mariaDb, "few")).isZero();
    assertThat(count(mariaDb, "many")).isZero();
    assertThat(count(mariaDb, "schema_version")).isOne();
  }

  @Test
  @Order(8)
  void recreatesADatabase(RealMariaDb mariaDb) throws SQLException {
    mariaDb.recreate(DATABASE);
    try (Connection connection = mariaDb.connect(DATABASE);
        ResultSet tables = connection.getMetaData().getTables(DATABASE, null, "%", null)) {
      assertThat(tables.next()).isFalse();
    }
  }

  private static long count(RealMariaDb mariaDb, String table) throws SQLException {
    try (Connection connection = mariaDb.connect(DATABASE);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static String ask(RealRedis redis, String command) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
      String lines = "AUTH " + redis.password() + "\r\n" + command + "\r\n";
      socket.getOutputStream().write(lines.getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList().get(1);
    }
  }
}
