package dev.carillon.message.lint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The SQL of this module: constants of classes named `MySql…`, found by reflection, and what the
/// sources hold elsewhere, which should be nothing.
final class ModuleStatements {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final Pattern SQL =
      Pattern.compile(
          "(SELECT|INSERT|REPLACE|UPDATE|DELETE|TRUNCATE|ALTER|CREATE|DROP)\\s[\\s\\S]*");
  private static final Pattern TAIL = Pattern.compile("ON DUPLICATE KEY UPDATE\\s[\\s\\S]*");
  // A literal that begins like a statement; text blocks included.
  private static final Pattern LITERAL =
      Pattern.compile(
          "\"(?:\"\"\\s*)?(SELECT|INSERT INTO|REPLACE INTO|UPDATE|DELETE FROM|TRUNCATE|ON DUPLICATE"
              + " KEY)\\s");

  private ModuleStatements() {}

  /// One constant.
  ///
  /// @param name class and field
  /// @param sql its text
  record Constant(String name, String sql) {
    /// Whether it continues an INSERT.
    boolean isTail() {
      return TAIL.matcher(sql).matches();
    }

    /// Whether rows of values are to follow it.
    boolean takesRows() {
      return sql.strip().endsWith("VALUES");
    }

    /// As many placeholders as the INSERT has columns.
    private String row() {
      String columns = sql.substring(sql.indexOf('('), sql.indexOf(')') + 1);
      return " " + columns.replaceAll("[^(),]+", "?");
    }

    /// The statement as the database gets it.
    Constant completed() {
      return takesRows() ? new Constant(name, sql + row() + "," + row()) : this;
    }

    /// The statement that `tail` continues.
    Constant with(Constant tail) {
      return new Constant(name + " + " + tail.name(), completed().sql() + " " + tail.sql());
    }
  }

  /// Every statement, and every INSERT with every tail of its class.
  static List<Constant> all() {
    List<Constant> statements = new ArrayList<>();
    for (Class<?> owner : owners()) {
      List<Constant> constants = constants(owner);
      for (Constant constant : constants) {
        if (!constant.isTail()) {
          statements.add(constant.completed());
        }
      }
    }
    return statements;
  }

  /// The tails of INSERTs, each with the INSERTs of its class that name all columns it sets.
  static List<Constant> withTails() {
    List<Constant> statements = new ArrayList<>();
    for (Class<?> owner : owners()) {
      List<Constant> constants = constants(owner);
      for (Constant tail : constants.stream().filter(Constant::isTail).toList()) {
        constants.stream()
            .filter(Constant::takesRows)
            .filter(head -> columnsOf(tail).stream().allMatch(head.sql()::contains))
            .forEach(head -> statements.add(head.with(tail)));
      }
    }
    return statements;
  }

  /// The tails of INSERTs.
  static List<Constant> tails() {
    return owners().stream()
        .flatMap(owner -> constants(owner).stream())
        .filter(Constant::isTail)
        .toList();
  }

  private static List<String> columnsOf(Constant tail) {
    return Pattern.compile("(\\w+) = ")
        .matcher(tail.sql())
        .results()
        .map(match -> match.group(1))
        .toList();
  }

  /// Source files outside `MySql…` that hold SQL.
  static List<String> strays() {
    return sources()
        .filter(file -> !file.getFileName().toString().startsWith("MySql"))
        .filter(file -> LITERAL.matcher(read(file)).find())
        .map(Path::toString)
        .toList();
  }

  /// `MySql…` source files that hold another number of statements than their class has constants.
  static List<String> hidden() {
    List<String> hidden = new ArrayList<>();
    for (Class<?> owner : owners()) {
      Path file = SOURCES.resolve(owner.getName().replace('.', '/') + ".java");
      long literals = LITERAL.matcher(read(file)).results().count();
      int constants = constants(owner).size();
      if (literals != constants) {
        hidden.add(file + ": " + literals + " statements, " + constants + " constants");
      }
    }
    return hidden;
  }

  private static List<Class<?>> owners() {
    List<Class<?>> owners = new ArrayList<>();
    for (Path file :
        sources().filter(path -> path.getFileName().toString().startsWith("MySql")).toList()) {
      String name = SOURCES.relativize(file).toString().replace('/', '.');
      try {
        owners.add(Class.forName(name.substring(0, name.length() - ".java".length())));
      } catch (ClassNotFoundException e) {
        throw new IllegalStateException(file + ": no class (expected: one of its name)", e);
      }
    }
    return owners;
  }

  private static List<Constant> constants(Class<?> owner) {
    List<Constant> constants = new ArrayList<>();
    for (Field field : owner.getDeclaredFields()) {
      if (field.getType() == String.class && Modifier.isStatic(field.getModifiers())) {
        String text = text(field);
        Matcher statement = SQL.matcher(text);
        if (statement.matches() || TAIL.matcher(text).matches()) {
          constants.add(new Constant(owner.getSimpleName() + "." + field.getName(), text));
        }
      }
    }
    return constants;
  }

  private static String text(Field field) {
    try {
      field.setAccessible(true);
      return String.valueOf(field.get(null));
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(field + ": cannot be read", e);
    }
  }

  private static Stream<Path> sources() {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
