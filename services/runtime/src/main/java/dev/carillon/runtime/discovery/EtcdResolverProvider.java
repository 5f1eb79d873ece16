package dev.carillon.runtime.discovery;

import io.grpc.Attributes;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.StatusOr;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// Gives a gRPC channel the addresses of the [EtcdEndpoints] it was built with.
public final class EtcdResolverProvider extends NameResolverProvider {
  static final String TARGET = "carillon-etcd:///etcd";
  static final NameResolver.Args.Key<EtcdEndpoints> ENDPOINTS =
      NameResolver.Args.Key.create("carillon-etcd-endpoints");

  private static final int PRIORITY = 5;

  /// Called by the service loader.
  public EtcdResolverProvider() {}

  @Override
  protected boolean isAvailable() {
    return true;
  }

  @Override
  protected int priority() {
    return PRIORITY;
  }

  @Override
  public String getDefaultScheme() {
    return "carillon-etcd";
  }

  @Override
  public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
    EtcdEndpoints endpoints = args.getArg(ENDPOINTS);
    Executor offload = args.getOffloadExecutor();
    if (endpoints == null || offload == null || !getDefaultScheme().equals(target.getScheme())) {
      return null;
    }
    return new Resolver(endpoints, offload);
  }

  /// Asks DNS at the start and whenever gRPC lost a connection.
  private static final class Resolver extends NameResolver {
    private final EtcdEndpoints endpoints;
    private final Executor offload;
    private @Nullable Listener2 listener;

    Resolver(EtcdEndpoints endpoints, Executor offload) {
      this.endpoints = endpoints;
      this.offload = offload;
    }

    @Override
    public String getServiceAuthority() {
      EtcdEndpoints.Host first = endpoints.hosts().getFirst();
      return first.name() + ":" + first.port();
    }

    @Override
    public void start(Listener2 told) {
      listener = told;
      refresh();
    }

    @Override
    public void refresh() {
      Listener2 told = listener;
      if (told != null) {
        offload.execute(() -> told.onResult(resolve()));
      }
    }

    @Override
    public void shutdown() {}

    private ResolutionResult resolve() {
      List<EquivalentAddressGroup> groups =
          endpoints.hosts().stream()
              .map(host -> new EquivalentAddressGroup(host.resolve(), Attributes.EMPTY))
              .toList();
      return ResolutionResult.newBuilder().setAddressesOrError(StatusOr.fromValue(groups)).build();
    }
  }
}
