package dev.carillon.runtime.failpoints;

/// A step of a service's work at which a test may inject a fault. Each service declares its own, as
/// an enum, and names them in its [dev.carillon.runtime.service.ServiceDescriptor].
public interface FailPoint {
  /// The dependency that seems to be lost when a fail-point fails.
  enum Failure {
    /// The database of the service.
    DATABASE,
    /// The other side of a call or stream.
    PEER,
    /// Nothing is used here that can be lost: the place can crash or pause only.
    NONE
  }

  /// Its name in settings: service, step and moment, such as `message.append.before-commit`.
  String title();

  /// What seems to be lost when it fails.
  Failure failure();

  /// The service it belongs to.
  default String service() {
    return title().substring(0, title().indexOf('.'));
  }

  /// Whether anything is used here that can be lost; if not, this place can crash or pause only.
  default boolean canFail() {
    return failure() != Failure.NONE;
  }
}
