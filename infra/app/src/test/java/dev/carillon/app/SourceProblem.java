package dev.carillon.app;

/// One place where a source breaks a house rule.
///
/// @param rule the rule's short name, as the list of exceptions uses it
/// @param file the file, relative to the root of the tree, with slashes
/// @param what what is wrong and what was expected
record SourceProblem(String rule, String file, String what) {
  @Override
  public String toString() {
    return file + ": " + rule + ": " + what;
  }
}
