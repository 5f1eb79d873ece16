package dev.carillon.message.lint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.carillon.message.lint.StatementLint.Keyspace;
import dev.carillon.message.mailbox.MySqlMailboxStore;
import dev.carillon.message.store.MySqlFanOutStore;
import dev.carillon.runtime.mysql.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every SQL statement of the module names its shard key: what does not would ask all shards of a
/// Vitess cluster, or would not be a transaction there.
final class StatementLintTest {
  // The column `slot` is a function of the conversation's id that never spans shards.
  private static final Keyspace CONVERSATION =
      new Keyspace("conversation", List.of("conversation_id", "slot"));
  private static final Keyspace MAILBOX = new Keyspace("mailbox", List.of("user_id"));
  private static final Pattern TABLE = Pattern.compile("CREATE TABLE IF NOT EXISTS (\\w+)");
  private static final Pattern PRIMARY = Pattern.compile("PRIMARY KEY \\((\\w+)");

  private static final List<String> CONVERSATION_TABLES =
      Schema.of(MySqlFanOutStore.class, "schema/conversation").statements();
  private static final List<String> MAILBOX_TABLES =
      Schema.of(MySqlMailboxStore.class, "schema/mailbox").statements();

  private final StatementLint lint = new StatementLint(tables());

  private static Map<String, Keyspace> tables() {
    Map<String, Keyspace> tables = new HashMap<>();
    CONVERSATION_TABLES.forEach(sql -> tables.put(first(TABLE, sql), CONVERSATION));
    MAILBOX_TABLES.forEach(sql -> tables.put(first(TABLE, sql), MAILBOX));
    return tables;
  }

  private static String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as("%s in: %s", pattern, text).isTrue();
    return matcher.group(1);
  }

  @Test
  void everyStatementNamesItsShardKey() {
    List<String> problems = new ArrayList<>();
    Stream.concat(ModuleStatements.all().stream(), ModuleStatements.withTails().stream())
        .forEach(constant ->
            lint.problems(constant.sql())
                .forEach(problem -> problems.add(constant.name() + ": " + problem)));

    assertThat(problems).isEmpty();
    assertThat(ModuleStatements.all()).hasSizeGreaterThan(15);
  }

  @Test
  void everyTailOfAnInsertWasChecked() {
    List<String> checked =
        ModuleStatements.withTails().stream().map(ModuleStatements.Constant::name).toList();

    assertThat(ModuleStatements.tails())
        .isNotEmpty()
        .allSatisfy(
            tail -> assertThat(checked).anyMatch(name -> name.endsWith(" + " + tail.name())));
  }

  @Test
  void noStatementHidesFromTheCheck() {
    assertThat(ModuleStatements.strays()).as("SQL outside of MySql… classes").isEmpty();
    assertThat(ModuleStatements.hidden()).as("SQL that is no constant").isEmpty();
  }

  @Test
  void everyTableBeginsItsPrimaryKeyWithTheShardKey() {
    assertThat(CONVERSATION_TABLES)
        .isNotEmpty()
        .allSatisfy(sql -> assertThat(first(PRIMARY, sql)).isEqualTo("conversation_id"));
    assertThat(MAILBOX_TABLES)
        .isNotEmpty()
        .allSatisfy(sql -> assertThat(first(PRIMARY, sql)).isEqualTo("user_id"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT seq FROM message WHERE conversation_id = ?",
        "SELECT seq FROM message WHERE conversation_id IN (?) AND seq > ? ORDER BY seq LIMIT ?",
        "SELECT seq FROM message WHERE seq > ? AND (conversation_id = ?) AND sender = ?",
        "SELECT last_seq FROM conversation WHERE slot = ? AND fanout_pending = 1",
        "(SELECT seq FROM message WHERE conversation_id = ?) UNION ALL"
            + " (SELECT seq FROM message WHERE conversation_id = ?)",
        "INSERT INTO thread (user_id, version) VALUES (?, ?), (?, ?)"
            + " ON DUPLICATE KEY UPDATE version = VALUES(version)",
        "UPDATE mailbox SET version = version + 1 WHERE user_id = ?",
        "DELETE FROM device WHERE user_id = ? AND device_id = ?"
      })
  void letsGoodStatementsPass(String sql) {
    assertThat(lint.problems(sql)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT seq FROM message",
        "SELECT seq FROM message WHERE seq > ?",
        "SELECT seq FROM message WHERE conversation_id > ?",
        "SELECT seq FROM message WHERE conversation_id = ? OR seq = ?",
        "SELECT seq FROM message WHERE NOT conversation_id = ?",
        "SELECT seq FROM message WHERE conversation_id NOT IN (?)",
        "SELECT seq FROM message WHERE conversation_id = sender",
        "SELECT seq FROM message WHERE conversation_id IN (SELECT conversation_id FROM member)",
        "(SELECT seq FROM message WHERE conversation_id = ?) UNION ALL (SELECT seq FROM message)",
        "SELECT version FROM mailbox WHERE version > ?",
        "SELECT t.version FROM thread t, message m WHERE t.user_id = ? AND m.conversation_id = ?",
        "SELECT seq FROM message JOIN member USING (conversation_id) WHERE conversation_id = ?",
        "SELECT version FROM thread WHERE user_id = ? AND last_seq IN"
            + " (SELECT last_seq FROM conversation WHERE conversation_id = ?)",
        "INSERT INTO thread (conversation_id, version) VALUES (?, ?)",
        "INSERT INTO thread VALUES (?, ?, ?, ?, ?)",
        "INSERT INTO thread (user_id, version) SELECT user_id, version FROM mailbox",
        "INSERT INTO thread (user_id, version) VALUES (?, ?)"
            + " ON DUPLICATE KEY UPDATE user_id = VALUES(user_id)",
        "UPDATE mailbox SET version = 1",
        "UPDATE mailbox SET user_id = ? WHERE user_id = ?",
        "UPDATE conversation SET slot = ? WHERE conversation_id = ?",
        "DELETE FROM device WHERE device_id = ?",
        "SELECT a FROM elsewhere WHERE user_id = ?",
        "TRUNCATE TABLE message",
        "SELECT seq FROM message WHERE"
      })
  void findsPlantedBadStatements(String sql) {
    assertThat(lint.problems(sql)).isNotEmpty();
  }
}
