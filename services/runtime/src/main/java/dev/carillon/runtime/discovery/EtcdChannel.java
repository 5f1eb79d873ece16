package dev.carillon.runtime.discovery;

import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import io.etcd.jetcd.api.KVGrpc;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// The connection to an etcd cluster: calls are spread over its members, and a lost member is
/// reconnected quickly.
final class EtcdChannel implements AutoCloseable {
  /// How long any single call may take; etcd answers in milliseconds or is in trouble.
  static final long CALL_MILLIS = 2_000;

  private static final String NAME = "etcd";
  private static final int KEEP_ALIVE_SECONDS = 10;
  private static final int KEEP_ALIVE_PATIENCE_SECONDS = 3;
  private static final int MAX_MESSAGE = 64 << 20;

  private final ManagedChannel managed;
  private final Channel channel;

  EtcdChannel(EtcdEndpoints endpoints) {
    ServiceInstances members = ServiceInstances.fixed(NAME, endpoints.addresses());
    NettyChannelBuilder builder =
        NettyChannelBuilder.forTarget(Instances.target(NAME))
            .setNameResolverArg(InstanceResolverProvider.INSTANCES, name -> members)
            .overrideAuthority(endpoints.addresses().getFirst())
            .defaultLoadBalancingPolicy("round_robin")
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .keepAliveTimeout(KEEP_ALIVE_PATIENCE_SECONDS, TimeUnit.SECONDS)
            .maxInboundMessageSize(MAX_MESSAGE);
    this.managed = endpoints.tls() ? builder.build() : builder.usePlaintext().build();
    // A member that lost its leader refuses at once, instead of answering from a stale past.
    Metadata leader = new Metadata();
    leader.put(Metadata.Key.of("hasleader", Metadata.ASCII_STRING_MARSHALLER), "true");
    this.channel =
        ClientInterceptors.intercept(managed, MetadataUtils.newAttachHeadersInterceptor(leader));
  }

  /// For making stubs.
  Channel channel() {
    return channel;
  }

  /// For reading and writing keys.
  KVGrpc.KVFutureStub keys() {
    return KVGrpc.newFutureStub(channel).withDeadlineAfter(CALL_MILLIS, TimeUnit.MILLISECONDS);
  }

  /// A call's future in the form the ports use, with failures as [RegistryException].
  <T> CompletableFuture<T> adapt(ListenableFuture<T> call) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Futures.addCallback(
        call,
        new FutureCallback<T>() {
          @Override
          public void onSuccess(T answer) {
            result.complete(answer);
          }

          @Override
          public void onFailure(Throwable failure) {
            result.completeExceptionally(failed(failure));
          }
        },
        MoreExecutors.directExecutor());
    result.whenComplete((answer, failure) -> {
      if (result.isCancelled()) {
        call.cancel(true);
      }
    });
    return result;
  }

  /// Notes a failure and says it in the port's terms.
  RegistryException failed(Throwable failure) {
    Status status = Status.fromThrowable(failure);
    if (status.getCode() == Status.Code.UNAVAILABLE) {
      // gRPC would wait up to two minutes between attempts; our callers wait between theirs
      // already.
      managed.resetConnectBackoff();
    }
    return new RegistryException(
        "etcd: " + status.getCode() + " " + status.getDescription(), failure);
  }

  @Override
  public void close() {
    managed.shutdownNow();
  }
}
