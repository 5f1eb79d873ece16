package dev.carillon.message.rig;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.carillon.connection.v1.DeliverRequest;
import dev.carillon.connection.v1.DeliverResponse;
import dev.carillon.connection.v1.Delivery;
import dev.carillon.connection.v1.DeliveryServiceGrpc.DeliveryServiceImplBase;
import dev.carillon.runtime.discovery.RegistryConfig;
import dev.carillon.runtime.service.HostConfig;
import dev.carillon.runtime.service.ServiceHost;
import dev.carillon.type.v1.Message;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// A gateway over real gRPC and a real registry that keeps a record of what it is given.
public final class RecordingGateway implements AutoCloseable {
  private final ServiceHost host;
  private final Set<StreamObserver<DeliverResponse>> streams = ConcurrentHashMap.newKeySet();
  private final List<Delivery> received = new ArrayList<>();
  private final AtomicInteger opened = new AtomicInteger();
  private volatile boolean deaf;
  private volatile boolean draining;
  // A stream that missed something must not note what came after it: it is broken for good.
  private volatile int deafUpTo;

  private RecordingGateway(ServiceHost host) {
    this.host = host;
  }

  /// Starts one.
  public static RecordingGateway start(RegistryConfig registry) {
    ServiceHost host = ServiceHost.open(HostConfig.local("connection", registry));
    RecordingGateway gateway = new RecordingGateway(host);
    host.serve(host.server().streams(gateway.new Rpc()));
    host.beforeClosing("end delivery streams", left -> gateway.endStreams());
    host.ready();
    return gateway;
  }

  /// Its instance id.
  public String id() {
    return host.instance();
  }

  /// What it was given, in order.
  public List<Delivery> received() {
    synchronized (received) {
      return List.copyOf(received);
    }
  }

  /// The message of a delivery.
  public static Message message(Delivery delivery) {
    try {
      return Message.parseFrom(delivery.getMessage());
    } catch (InvalidProtocolBufferException malformed) {
      throw new IllegalStateException(malformed);
    }
  }

  /// The texts that a user was given, in order.
  public List<String> texts(String userId) {
    return received().stream()
        .filter(delivery -> delivery.getUserIdsList().contains(userId))
        .map(delivery -> message(delivery).getBody().getText().getText())
        .toList();
  }

  /// From now on it neither notes nor answers what it is given.
  public void goDeaf() {
    deaf = true;
  }

  /// Ends the effect of [#goDeaf] and breaks all streams, as a gateway does that restarts.
  public void breakStreams() {
    deafUpTo = opened.get();
    deaf = false;
    streams.forEach(this::end);
  }

  /// As a gateway that drains: its server would wait for the streams otherwise.
  private void endStreams() {
    draining = true;
    streams.forEach(this::end);
  }

  private void end(StreamObserver<DeliverResponse> stream) {
    if (streams.remove(stream)) {
      stream.onError(Status.UNAVAILABLE.asRuntimeException());
    }
  }

  /// How many streams are open.
  public int streams() {
    return streams.size();
  }

  @Override
  public void close() {
    host.close();
  }

  private final class Rpc extends DeliveryServiceImplBase {
    @Override
    public StreamObserver<DeliverRequest> deliver(StreamObserver<DeliverResponse> responses) {
      int number = opened.incrementAndGet();
      streams.add(responses);
      if (draining) {
        end(responses);
      }
      return new StreamObserver<>() {
        @Override
        public void onNext(DeliverRequest batch) {
          if (!deaf && number > deafUpTo) {
            synchronized (received) {
              received.addAll(batch.getDeliveriesList());
            }
            responses.onNext(DeliverResponse.newBuilder().setBatchId(batch.getBatchId()).build());
          }
        }

        @Override
        public void onError(Throwable failure) {
          streams.remove(responses);
        }

        @Override
        public void onCompleted() {
          streams.remove(responses);
          responses.onCompleted();
        }
      };
    }
  }
}
