package dev.carillon.runtime.service;

/// The main of [SampleService].
final class SampleMain {
  private SampleMain() {}

  /// Called by `java`.
  public static void main(String[] args) {
    ServiceMain.run(new SampleService(), args);
  }
}
