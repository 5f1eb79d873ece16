package dev.carillon.runtime.mysql;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One numbered file of a schema, `001_name.sql`.
///
/// @param version its number, from 1
/// @param name the file's name
/// @param sql what it holds
record SchemaFile(int version, String name, String sql) {
  private static final Pattern NAME = Pattern.compile("(\\d{3})_[a-z0-9_]+\\.sql");

  /// The file called `name`, unless it is not a schema file at all.
  static Optional<SchemaFile> of(String name, String sql) {
    Matcher matcher = NAME.matcher(name);
    return matcher.matches()
        ? Optional.of(new SchemaFile(Integer.parseInt(matcher.group(1)), name, sql))
        : Optional.empty();
  }

  /// What must not change once the file was applied. Line ends may: checkouts differ in them.
  String checksum() {
    try {
      byte[] text = sql.replace("\r\n", "\n").getBytes(UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /// The statements, without their comments, split at semicolons that stand in no literal.
  List<String> statements() {
    List<String> statements = new ArrayList<>();
    StringBuilder current = new StringBuilder();
    int at = 0;
    while (at < sql.length()) {
      char c = sql.charAt(at);
      int end = at + 1;
      if (sql.startsWith("--", at) || c == '#') {
        end = orEnd(sql.indexOf('\n', at));
      } else if (sql.startsWith("/*", at)) {
        end = orEnd(sql.indexOf("*/", at) + 2);
      } else if (c == ';') {
        add(statements, current);
      } else {
        end = c == '\'' || c == '"' || c == '`' ? literalEnd(at) : end;
        current.append(sql, at, end);
      }
      at = end;
    }
    add(statements, current);
    return statements;
  }

  private int orEnd(int index) {
    return index <= 1 ? sql.length() : index;
  }

  private int literalEnd(int start) {
    char quote = sql.charAt(start);
    for (int at = start + 1; at < sql.length(); at++) {
      if (sql.charAt(at) == '\\' && quote != '`') {
        at++;
      } else if (sql.charAt(at) == quote) {
        return at + 1;
      }
    }
    throw new IllegalArgumentException(name + ": a literal without end (expected: " + quote + ")");
  }

  private static void add(List<String> statements, StringBuilder current) {
    String statement = current.toString().strip();
    if (!statement.isEmpty()) {
      statements.add(statement);
    }
    current.setLength(0);
  }
}
