package dev.carillon.app;

import static java.util.stream.Collectors.counting;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/// The house rules that only the sources show, read with the JDK's own compiler.
final class SourceRules {
  static final int FILE_LINES = 400;
  static final int METHOD_LINES = 30;
  static final int CONSTRUCTOR_PARAMETERS = 7;
  static final int PACKAGE_FILES = 30;

  /// The rules, as the list of exceptions names them.
  static final Set<String> NAMES =
      Set.of(
          "file-length",
          "method-length",
          "package-size",
          "parameters",
          "unfinished",
          "comment",
          "package",
          "name",
          "type-comment",
          "sleep",
          "clock",
          "annotation",
          "fake");

  /// Written so that this line does not match itself.
  private static final Pattern UNFINISHED = Pattern.compile("\\b(TO[D]O|FIX[M]E|XX[X])\\b");

  private static final Pattern OLD_COMMENT = Pattern.compile("^\\s*/\\*[*]");

  private static final Pattern FAKE = Pattern.compile("/(Fake\\w+)(?<!Test)\\.java$");
  private static final Pattern OF_A_CONTRACT = Pattern.compile("extends \\w+Contract\\b");

  private SourceRules() {}

  /// What the sources break; the key is the file, relative to the root, the value its text.
  static List<SourceProblem> problems(Map<String, String> sources) {
    List<SourceProblem> problems = new ArrayList<>();
    new TreeMap<>(sources).forEach((file, text) -> checkLines(file, text, problems));
    checkPackages(sources, problems);
    checkPackageSizes(sources, problems);
    checkFakes(sources, problems);
    List<Source> units = sources.entrySet().stream().map(Source::new).toList();
    StringWriter complaints = new StringWriter();
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(complaints, null, null, List.of("-proc:none"), null, units);
    DocTrees trees = DocTrees.instance(task);
    try {
      for (CompilationUnitTree unit : task.parse()) {
        String file = unit.getSourceFile().toUri().getPath().substring(1);
        new SourceScan(file, sources.getOrDefault(file, ""), unit, trees, problems)
            .scan(unit, null);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!complaints.toString().isEmpty()) {
      throw new IllegalStateException(complaints.toString());
    }
    return List.copyOf(problems);
  }

  static boolean isMain(String file) {
    return file.contains("src/main/java/");
  }

  private static void checkLines(String file, String text, List<SourceProblem> problems) {
    List<String> lines = text.lines().toList();
    if (lines.size() > FILE_LINES) {
      String what = "lines: " + lines.size() + " (expected: at most " + FILE_LINES + ")";
      problems.add(new SourceProblem("file-length", file, what));
    }
    for (int i = 0; i < lines.size(); i++) {
      if (UNFINISHED.matcher(lines.get(i)).find()) {
        problems.add(
            new SourceProblem("unfinished", file, "line " + (i + 1) + " leaves work for later"));
      }
      if (OLD_COMMENT.matcher(lines.get(i)).find()) {
        problems.add(new SourceProblem("comment", file, "line " + (i + 1) + " (expected: ///)"));
      }
    }
  }

  /// Every package of main sources says what it is and is non-null by default.
  private static void checkPackages(Map<String, String> sources, List<SourceProblem> problems) {
    Stream<String> folders =
        sources.keySet().stream()
            .filter(SourceRules::isMain)
            .map(file -> file.substring(0, file.lastIndexOf('/') + 1));
    for (String folder : folders.distinct().sorted().toList()) {
      String file = folder + "package-info.java";
      String text = sources.getOrDefault(file, "");
      if (!text.startsWith("///") || !text.contains("@NullMarked\npackage ")) {
        String what = "expected: a sentence in ///, then @NullMarked";
        problems.add(new SourceProblem("package", file, what));
      }
    }
  }

  /// A larger package is several concepts.
  private static void checkPackageSizes(Map<String, String> sources, List<SourceProblem> problems) {
    Map<String, Long> sizes =
        sources.keySet().stream()
            .filter(file -> isMain(file) && !file.endsWith("/package-info.java"))
            .map(file -> file.substring(0, file.lastIndexOf('/')))
            .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, counting()));
    sizes.forEach((folder, files) -> {
      if (files > PACKAGE_FILES) {
        String what = "files: " + files + " (expected: at most " + PACKAGE_FILES + ")";
        problems.add(new SourceProblem("package-size", folder, what));
      }
    });
  }

  /// A fake stands for something: a test that extends its contract makes one.
  private static void checkFakes(Map<String, String> sources, List<SourceProblem> problems) {
    List<String> contracts =
        sources.values().stream().filter(text -> OF_A_CONTRACT.matcher(text).find()).toList();
    for (String file : sources.keySet()) {
      Matcher fake = FAKE.matcher(file);
      if (fake.find() && contracts.stream().noneMatch(text -> text.contains(fake.group(1)))) {
        String what = fake.group(1) + " passes no contract test (expected: one, as the real thing)";
        problems.add(new SourceProblem("fake", file, what));
      }
    }
  }

  /// A source in memory; the path of its address is its place in the tree.
  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    private Source(Map.Entry<String, String> source) {
      super(URI.create("tree:///" + source.getKey()), JavaFileObject.Kind.SOURCE);
      this.text = source.getValue();
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
