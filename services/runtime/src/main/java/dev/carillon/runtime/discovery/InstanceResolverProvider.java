package dev.carillon.runtime.discovery;

import dev.carillon.runtime.settings.HostPort;
import io.grpc.EquivalentAddressGroup;
import io.grpc.NameResolver;
import io.grpc.NameResolverProvider;
import io.grpc.Status;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Resolves gRPC targets of the form `carillon:///SERVICE` to the instances of a service, as they
/// come and go; for channels built with [Instances#resolving].
public final class InstanceResolverProvider extends NameResolverProvider {
  static final String SCHEME = "carillon";
  static final NameResolver.Args.Key<Function<String, ServiceInstances>> INSTANCES =
      NameResolver.Args.Key.create("carillon-instances");

  private static final int PRIORITY = 5;

  /// Called by the service loader.
  public InstanceResolverProvider() {}

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
    return SCHEME;
  }

  @Override
  public @Nullable NameResolver newNameResolver(URI target, NameResolver.Args args) {
    Function<String, ServiceInstances> instances = args.getArg(INSTANCES);
    Executor offload = args.getOffloadExecutor();
    if (instances == null || offload == null || !SCHEME.equals(target.getScheme())) {
      return null;
    }
    String service = target.getPath().replace("/", "");
    return new Resolver(
        service, instances.apply(service), args.getSynchronizationContext(), offload);
  }

  /// Passes on each view that has an instance to offer; an empty one is kept back, for an address
  /// that may be dead is better than none, and after an outage of the registry all return in a
  /// moment.
  private static final class Resolver extends NameResolver {
    private final String service;
    private final ServiceInstances instances;
    private final SynchronizationContext channel;
    private final Executor offload;
    private @Nullable Subscription subscription;
    private @Nullable Listener2 listener;
    // Both touched within the channel's context only.
    private List<String> offered = List.of();
    private long asked;

    Resolver(
        String service,
        ServiceInstances instances,
        SynchronizationContext channel,
        Executor offload) {
      this.service = service;
      this.instances = instances;
      this.channel = channel;
      this.offload = offload;
    }

    @Override
    public String getServiceAuthority() {
      return service;
    }

    @Override
    public void start(Listener2 channelListener) {
      listener = channelListener;
      subscription = instances.onChange(view -> channel.execute(this::refresh));
    }

    @Override
    public void refresh() {
      Listener2 current = listener;
      if (current == null) {
        return;
      }
      List<String> addresses = instances.serving().stream().map(Instance::address).toList();
      if (addresses.isEmpty()) {
        if (offered.isEmpty()) {
          current.onError(Status.UNAVAILABLE.withDescription("no instance of " + service));
        }
        return;
      }
      offered = addresses;
      long question = ++asked;
      // Host names may ask DNS, which blocks.
      offload.execute(() -> {
        List<EquivalentAddressGroup> groups = addresses.stream().map(Resolver::group).toList();
        channel.execute(() -> answer(question, groups));
      });
    }

    @Override
    public void shutdown() {
      listener = null;
      if (subscription != null) {
        subscription.close();
      }
    }

    private void answer(long question, List<EquivalentAddressGroup> groups) {
      Listener2 current = listener;
      if (current != null && question == asked) {
        current.onResult2(
            ResolutionResult.newBuilder().setAddressesOrError(StatusOr.fromValue(groups)).build());
      }
    }

    private static EquivalentAddressGroup group(String address) {
      HostPort parsed = HostPort.parse(address);
      return new EquivalentAddressGroup(new InetSocketAddress(parsed.host(), parsed.port()));
    }
  }
}
