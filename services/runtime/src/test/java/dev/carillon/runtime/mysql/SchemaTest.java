package dev.carillon.runtime.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class SchemaTest {
  @Test
  void splitsAtSemicolonsOutsideLiteralsAndComments() {
    Schema.File file =
        file(
            """
            -- the first; table
            CREATE TABLE a (x VARCHAR(9) DEFAULT 'a;\\'b'); # and; more
            /* ; */ INSERT INTO `a;b` VALUES (";");

            ;
            """);

    assertThat(file.statements())
        .containsExactly(
            "CREATE TABLE a (x VARCHAR(9) DEFAULT 'a;\\'b')", "INSERT INTO `a;b` VALUES (\";\")");
  }

  @Test
  void takesAnUnfinishedCommentForTheRest() {
    assertThat(file("SELECT 1; -- done").statements()).containsExactly("SELECT 1");
    assertThat(file("SELECT 1; /* done").statements()).containsExactly("SELECT 1");
  }

  @Test
  void refusesALiteralWithoutEnd() {
    assertThatThrownBy(() -> file("SELECT 'x").statements())
        .hasMessage("001_a.sql: a literal without end (expected: ')");
  }

  @Test
  void hasTheSameChecksumWithOtherLineEnds() {
    assertThat(file("a\r\nb").checksum()).isEqualTo(file("a\nb").checksum()).hasSize(64);
    assertThat(file("a\nb").checksum()).isNotEqualTo(file("a\nc").checksum());
  }

  @Test
  void knowsSchemaFilesByTheirNames() {
    assertThat(Schema.File.of("012_more_tables.sql", ""))
        .hasValueSatisfying(file -> assertThat(file.version()).isEqualTo(12));
    assertThat(Schema.File.of("notes.txt", "")).isEmpty();
    assertThat(Schema.File.of("12_x.sql", "")).isEmpty();
  }

  private static Schema.File file(String sql) {
    return Schema.File.of("001_a.sql", sql).orElseThrow();
  }
}
