package dev.carillon.app;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Files that need each other, found in bytecode: the strongly connected parts of the graph of
/// outermost classes (Tarjan's algorithm).
final class FileCircles {
  private final Map<String, Set<String>> graph;
  private final Map<String, Integer> index = new HashMap<>();
  private final Map<String, Integer> low = new HashMap<>();
  private final Deque<String> open = new ArrayDeque<>();
  private final Set<String> onStack = new HashSet<>();
  private final List<Set<String>> circles = new ArrayList<>();

  private FileCircles(Map<String, Set<String>> graph) {
    this.graph = graph;
  }

  /// The circles of a graph, each as its sorted names.
  static List<Set<String>> of(Map<String, Set<String>> graph) {
    FileCircles search = new FileCircles(graph);
    for (String file : graph.keySet()) {
      if (!search.index.containsKey(file)) {
        search.visit(file);
      }
    }
    return search.circles;
  }

  /// The outermost classes and those that they need.
  static Map<String, Set<String>> graph(JavaClasses classes) {
    Map<String, Set<String>> graph = new TreeMap<>();
    for (JavaClass type : classes) {
      String file = outermost(type);
      Set<String> needed = graph.computeIfAbsent(file, absent -> new TreeSet<>());
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        JavaClass target = dependency.getTargetClass().getBaseComponentType();
        String other = outermost(target);
        if (!other.equals(file) && classes.contain(target.getName())) {
          needed.add(other);
        }
      }
    }
    return graph;
  }

  private static String outermost(JavaClass type) {
    String name = type.getName();
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  private void visit(String file) {
    index.put(file, index.size());
    low.put(file, index.get(file));
    open.push(file);
    onStack.add(file);
    for (String next : graph.getOrDefault(file, Set.of())) {
      if (!index.containsKey(next)) {
        visit(next);
        low.merge(file, low.get(next), Math::min);
      } else if (onStack.contains(next)) {
        low.merge(file, index.get(next), Math::min);
      }
    }
    if (low.get(file).equals(index.get(file))) {
      close(file);
    }
  }

  private void close(String file) {
    Set<String> circle = new TreeSet<>();
    String member;
    do {
      member = open.pop();
      onStack.remove(member);
      circle.add(member);
    } while (!member.equals(file));
    if (circle.size() > 1) {
      circles.add(circle);
    }
  }

  /// A circle as the list of allowed ones names it.
  static String text(Collection<String> circle) {
    return circle.stream()
        .map(name -> name.startsWith("dev.carillon.") ? name.substring(13) : name)
        .sorted()
        .collect(Collectors.joining(" "));
  }
}
