package dev.carillon.app;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.util.List;
import java.util.regex.Pattern;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/// One source walked for what its types, methods and calls break of the house rules.
final class SourceScan extends TreePathScanner<@Nullable Void, @Nullable Void> {
  private static final Pattern EMPTY_NAME =
      Pattern.compile(".+(Impl|Helper|Helpers|Util|Utils|Manager)");
  private static final Pattern SLEEP =
      Pattern.compile("(.*\\.)?(Thread|TimeUnit\\.[A-Z]+)\\.sleep");
  private static final Pattern PARK = Pattern.compile("(.*\\.)?LockSupport(\\.|::)park\\w*");
  private static final Pattern CLOCK =
      Pattern.compile("(.*\\.)?System(\\.|::)(nanoTime|currentTimeMillis)|(.*\\.)?Instant\\.now");

  /// Where the clocks of a process are handed out.
  private static final Pattern HANDS_OUT_CLOCKS =
      Pattern.compile(".*/(Main|\\w+App|ServiceHost)\\.java");

  private static final Pattern UNWANTED = Pattern.compile("(.*\\.)?(Disabled|DisplayName)");

  private final String file;
  private final String text;
  private final CompilationUnitTree unit;
  private final DocTrees trees;
  private final List<SourceProblem> problems;

  SourceScan(
      String file,
      String text,
      CompilationUnitTree unit,
      DocTrees trees,
      List<SourceProblem> problems) {
    this.file = file;
    this.text = text;
    this.unit = unit;
    this.trees = trees;
    this.problems = problems;
  }

  @Override
  public @Nullable Void visitClass(ClassTree type, @Nullable Void unused) {
    String name = type.getSimpleName().toString();
    if (!name.isEmpty()) {
      if (EMPTY_NAME.matcher(name).matches()) {
        report("name", name + " (expected: a name for what it is)");
      }
      if (needsComment() && isBlank(trees.getDocComment(getCurrentPath()))) {
        report("type-comment", name + " (expected: one sentence in /// saying what it is)");
      }
    }
    return super.visitClass(type, null);
  }

  private boolean needsComment() {
    boolean local = getCurrentPath().getParentPath().getLeaf() instanceof BlockTree;
    return SourceRules.isMain(file) && !local && !isHidden(getCurrentPath());
  }

  /// Private, or inside something private.
  private static boolean isHidden(TreePath path) {
    for (Tree tree : path) {
      if (tree instanceof ClassTree type
          && type.getModifiers().getFlags().contains(Modifier.PRIVATE)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isBlank(@Nullable String comment) {
    return comment == null || comment.isBlank();
  }

  @Override
  public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
    int parameters = method.getParameters().size();
    boolean constructor = method.getReturnType() == null;
    if (constructor && !inRecord() && parameters > SourceRules.CONSTRUCTOR_PARAMETERS) {
      String expected = " (expected: at most " + SourceRules.CONSTRUCTOR_PARAMETERS + ")";
      report("parameters", owner() + " takes " + parameters + expected);
    }
    BlockTree body = method.getBody();
    if (body != null) {
      long lines = linesInside(body);
      if (lines > SourceRules.METHOD_LINES) {
        String expected = " lines (expected: at most " + SourceRules.METHOD_LINES + ")";
        report("method-length", owner() + "." + method.getName() + ": " + lines + expected);
      }
    }
    return super.visitMethod(method, null);
  }

  /// Between the braces, without blank lines and comments.
  private long linesInside(BlockTree body) {
    long end = trees.getSourcePositions().getEndPosition(unit, body);
    return text.substring((int) start(body) + 1, (int) end - 1)
        .lines()
        .skip(1)
        .filter(line -> !line.isBlank() && !line.strip().startsWith("//"))
        .count();
  }

  /// The components of a record are its data; how many there are is not a matter of design.
  private boolean inRecord() {
    return getCurrentPath().getParentPath().getLeaf().getKind() == Tree.Kind.RECORD;
  }

  private String owner() {
    return getCurrentPath().getParentPath().getLeaf() instanceof ClassTree type
        ? type.getSimpleName().toString()
        : "";
  }

  @Override
  public @Nullable Void visitMethodInvocation(MethodInvocationTree call, @Nullable Void unused) {
    if (SLEEP.matcher(call.getMethodSelect().toString()).matches()) {
      report("sleep", "line " + line(start(call)) + " sleeps (expected: to wait for something)");
    }
    checkTime(call.getMethodSelect().toString(), start(call));
    return super.visitMethodInvocation(call, null);
  }

  @Override
  public @Nullable Void visitMemberReference(MemberReferenceTree reference, @Nullable Void unused) {
    checkTime(reference.toString(), start(reference));
    return super.visitMemberReference(reference, null);
  }

  /// Waiting by the clock is out everywhere. Services and clients are passed their clocks; tools
  /// and tests live by the clock of the machine.
  private void checkTime(String call, long start) {
    boolean passed = SourceRules.isMain(file) && !file.startsWith("infra/");
    if (PARK.matcher(call).matches()) {
      report("clock", "line " + line(start) + " parks (expected: to wait for something)");
    } else if (passed
        && CLOCK.matcher(call).matches()
        && !HANDS_OUT_CLOCKS.matcher(file).matches()) {
      report("clock", "line " + line(start) + " reads a clock (expected: one that is passed in)");
    }
  }

  @Override
  public @Nullable Void visitAnnotation(AnnotationTree annotation, @Nullable Void unused) {
    String type = annotation.getAnnotationType().toString();
    if (UNWANTED.matcher(type).matches()) {
      report("annotation", "line " + line(start(annotation)) + " uses @" + type);
    }
    return super.visitAnnotation(annotation, null);
  }

  private long start(Tree tree) {
    return trees.getSourcePositions().getStartPosition(unit, tree);
  }

  private long line(long position) {
    LineMap lines = unit.getLineMap();
    return lines.getLineNumber(position);
  }

  private void report(String rule, String what) {
    problems.add(new SourceProblem(rule, file, what));
  }
}
