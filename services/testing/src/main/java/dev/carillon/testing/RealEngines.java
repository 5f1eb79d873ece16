package dev.carillon.testing;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// Passes [RealEtcd], [RealRedis] and [RealMariaDb] to test methods and lifecycle methods that ask
/// for them (`@ExtendWith(RealEngines.class)`).
///
/// An engine that a test class has asked for once is emptied before each of its tests; tests that
/// share a running service use `perClass()` of the engine's own class instead.
public final class RealEngines implements BeforeEachCallback, ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(RealEngines.class);

  @Override
  public void beforeEach(ExtensionContext context) {
    asked(context).values().forEach(RealEngine::prepare);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return RealEngine.class.isAssignableFrom(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return asked(context)
        .computeIfAbsent(
            parameter.getParameter().getType(),
            type -> {
              RealEngine<?> engine = create(type);
              engine.prepare();
              return engine;
            });
  }

  private static RealEngine<?> create(Class<?> type) {
    if (type == RealEtcd.class) {
      return new RealEtcd();
    }
    if (type == RealRedis.class) {
      return new RealRedis();
    }
    if (type == RealMariaDb.class) {
      return new RealMariaDb();
    }
    throw new IllegalArgumentException(
        "parameter: " + type.getName() + " (expected: RealEtcd, RealRedis or RealMariaDb)");
  }

  /// The engines that the test class of this context has asked for.
  private static Map<Class<?>, RealEngine<?>> asked(ExtensionContext context) {
    return context
        .getRoot()
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(context.getRequiredTestClass(), _ -> new Asked(), Asked.class)
        .engines;
  }

  /// The value in JUnit's store.
  private static final class Asked {
    private final Map<Class<?>, RealEngine<?>> engines = new ConcurrentHashMap<>();
  }
}
